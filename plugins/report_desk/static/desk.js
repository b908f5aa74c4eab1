// The page works without this file. It saves a click on filters, and lets links leave Airflow's frame.
"use strict";
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
}
const framed = window.parent !== window;
for (const link of document.querySelectorAll("a[data-top]")) {
  if (link.classList.contains("whole")) {
    link.href = window.location.href;
    link.hidden = !framed;
  }
  if (!framed) continue;
  link.addEventListener("click", (event) => {
    // The frame may not navigate its parent; a link of the parent's own document may.
    event.preventDefault();
    const own = window.parent.document.createElement("a");
    own.href = link.href;
    own.click();
  });
}
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
