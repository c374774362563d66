# One image for web, worker, beat and migrations. The packages are pinned and hashed in requirements/app.txt.
FROM python:3.13-slim AS packages
COPY requirements/app.txt /app.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /app.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    STATIC_ROOT=/srv/static \
    DJANGO_SETTINGS_MODULE=peersafe.settings \
    PEERSAFE_MODE=live
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin peersafe
COPY --from=packages /venv /venv
WORKDIR /srv/peersafe
COPY . .
# Settings demand every variable; these lead nowhere and stay in this one step.
RUN PEERSAFE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid SECRET_KEY=build PEERSAFE_KEYS=build: \
    DATABASE_URL=postgresql:///build REDIS_URL=redis://build.invalid EMAIL_URL=smtp://build.invalid \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q .
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-m", "peersafe.local.probe"]
CMD ["gunicorn", "peersafe.wsgi:application", "--bind", "0.0.0.0:8000", "--no-control-socket", \
     "--worker-class", "gthread", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20"]
