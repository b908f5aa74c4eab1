"""The .env of a new installation: .env.example with a random secret in every place that waits for one."""

from __future__ import annotations

import base64
import re
import secrets
from pathlib import Path

from tonghop.domain.errors import SettingError
from tonghop.server.secrets_check import FERNET, PLACEHOLDER
from tonghop.settings import PACKAGE

EXAMPLE = PACKAGE.parent.parent / ".env.example"
_PERSONAL_BYTES, _SECRET_BYTES, _FERNET_BYTES = 9, 24, 32
_WAITING = re.compile(rf"(?<=[:=]){PLACEHOLDER}")


def filled(example: Path = EXAMPLE) -> str:
    """Text of a .env that `check` accepts; SettingError when the example is not there."""
    try:
        lines = example.read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise SettingError(f"Không đọc được tệp mẫu {example}.", "Chạy lệnh trong thư mục cài đặt.") from problem
    return "\n".join(line if line.startswith("#") else _filled(line) for line in lines) + "\n"


def _filled(line: str) -> str:
    name = line.partition("=")[0]
    return _WAITING.sub(lambda found: _random(name, personal=found.string[found.start() - 1] == ":"), line)


def _random(name: str, *, personal: bool) -> str:
    if name == FERNET:
        return base64.urlsafe_b64encode(secrets.token_bytes(_FERNET_BYTES)).decode()
    # Personal ones are read out and typed; both begin with a letter or digit.
    return secrets.token_hex(_PERSONAL_BYTES if personal else _SECRET_BYTES)
