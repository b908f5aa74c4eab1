# The image of every Airflow service of docker-compose.yaml (target `tonghop`) and of the share (target `share`).
# Airflow's own image brings Python, entry point and user; the libraries are exactly .ci/requirements-image.txt, apart
# from those the base image carries. Wheels only: nothing is compiled, and no compiler is installed.
#
# Where a registry can be reached, add its digest to the tag (apache/airflow:…@sha256:…): a tag may be pushed again.
ARG AIRFLOW_IMAGE=apache/airflow:slim-3.3.2-python3.11

FROM ${AIRFLOW_IMAGE} AS libraries
USER 0
RUN install -d -o airflow -g root -m 0775 /opt/tonghop
USER 50000
# Bytecode checked by hash instead of by time: the same wheels give the same files.
ENV SOURCE_DATE_EPOCH=1
COPY .ci/requirements-image.txt /tmp/requirements.txt
RUN python3.11 -m venv /opt/tonghop/.venv \
    && /opt/tonghop/.venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --no-deps --only-binary :all: --require-hashes --requirement /tmp/requirements.txt \
    && /opt/tonghop/.venv/bin/python -m pip check \
    && echo /opt/tonghop/include >/opt/tonghop/.venv/lib/python3.11/site-packages/tonghop.pth \
    && printf '#!/bin/sh\nexec /opt/tonghop/.venv/bin/python -m tonghop.cli.main "$@"\n' >/opt/tonghop/.venv/bin/tonghop \
    && chmod 0755 /opt/tonghop/.venv/bin/tonghop

FROM ${AIRFLOW_IMAGE} AS tonghop
USER 0
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# LibreOffice makes the PDF; Liberation Serif has every Vietnamese letter in the measures of Times New Roman.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-liberation2=2.1.* \
        libreoffice-calc-nogui=4:7.4.* \
        libreoffice-writer-nogui=4:7.4.* \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o airflow -g root -m 0775 /opt/tonghop /var/lib/tonghop \
    && ! command -v cc gcc g++ make
COPY --from=libraries --chown=airflow:root /opt/tonghop/.venv /opt/tonghop/.venv
COPY --chown=airflow:root .env.example /opt/tonghop/
COPY --chown=airflow:root dags /opt/tonghop/dags
COPY --chown=airflow:root docs/runbooks /opt/tonghop/docs/runbooks
COPY --chown=airflow:root expectations /opt/tonghop/expectations
COPY --chown=airflow:root include /opt/tonghop/include
COPY --chown=airflow:root plugins /opt/tonghop/plugins
ENV PATH="/opt/tonghop/.venv/bin:${PATH}" VIRTUAL_ENV=/opt/tonghop/.venv TONGHOP_HOME=/var/lib/tonghop
WORKDIR /opt/tonghop
USER 50000
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=5 \
    CMD ["curl", "--silent", "--fail", "--output", "/dev/null", "http://localhost:8080/api/v2/version"]
CMD ["airflow", "api-server"]

FROM tonghop AS share
# Samba needs root to become the user a clerk logs in as; everything it writes belongs to `airflow`.
# hadolint ignore=DL3002
USER 0
RUN apt-get update \
    && apt-get install --yes --no-install-recommends samba=2:4.17.* smbclient=2:4.17.* \
    && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["/usr/bin/dumb-init", "--"]
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=5 \
    CMD ["smbclient", "--no-pass", "--list", "localhost"]
CMD ["tonghop", "server", "share"]
