# The app in a container: docker build -t optim-viz . && docker run --rm -p 8501:8501 optim-viz
# tests/unit/test_docker.py runs these steps without Docker.

# The patch release is left open: building again brings Python's and Debian's repairs.
FROM python:3.13-slim-trixie

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore \
    NUMBA_CACHE_DIR=/var/cache/numba

# The server is not root: it cannot change the code, and the compiled kernels are all that it writes.
RUN useradd --create-home --uid 1000 app \
    && install --directory --owner=1000 --group=1000 "$NUMBA_CACHE_DIR"

WORKDIR /app

# Packages before code: only a change of the lock installs them again.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY .streamlit .streamlit/
COPY surfaces surfaces/
COPY optim_viz optim_viz/
COPY app.py ./

# a number, which Kubernetes can tell from root
USER 1000

# Compiles every kernel, so that the first visitor waits for none. Numba keeps them for one model of CPU: on another than that
# of the build, the server compiles them again when it starts, in the background.
RUN python -m optim_viz.ui.warmup

EXPOSE 8501

# By Python, because the image has no curl; past any proxy, which docker may have set and which would not find this server.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# Headless and the rest are in .streamlit/config.toml; from outside the container only 0.0.0.0 is reached.
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
