# The bot and what it needs at run time. PYTHON_IMAGE may name a mirror of the same image, or a digest.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /srv/concierge
RUN python -m venv --without-pip /opt/concierge
ARG PIP="python -m pip --python /opt/concierge/bin/python"
# The requirements change seldom: a layer of their own, so that a change of the code does not install them again.
COPY requirements.txt ./
RUN $PIP install --quiet --require-hashes --no-deps --only-binary :all: --requirement requirements.txt
# What links the project into the environment comes from the lock as well, and leaves again below.
COPY requirements-dev.txt ./
RUN awk '/^[a-z]/ { wanted = /^(setuptools|wheel)==/ } wanted' requirements-dev.txt > /tmp/tools.txt \
    && $PIP install --quiet --require-hashes --no-deps --requirement /tmp/tools.txt
COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY app ./app
COPY migrations ./migrations
COPY container ./container
# Linked, not copied: the code stays beside alembic.ini and the migrations, as in a checkout.
RUN $PIP install --quiet --no-deps --no-build-isolation --editable . \
    && $PIP uninstall --quiet --yes setuptools wheel \
    && rm -rf build ./*.egg-info requirements-dev.txt \
    # Compiled here, because nothing can be written at run time.
    && /opt/concierge/bin/python -m compileall -q app migrations container

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 concierge \
    && useradd --uid 10001 --gid concierge --home-dir /data --no-create-home --shell /usr/sbin/nologin concierge \
    && install -d -o concierge -g concierge -m 0750 /data
COPY --from=build /opt/concierge /opt/concierge
COPY --from=build /srv/concierge /srv/concierge
WORKDIR /srv/concierge
ENV PATH=/opt/concierge/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data
USER concierge
VOLUME /data
EXPOSE 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "container/healthcheck.py"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["run"]
