# docker build -t minutebook .
# docker run -v minutebook:/data -p 8420:8420 -e MINUTEBOOK_TLS=true \
#   -v ./admin-password:/run/secrets/admin:ro -e MINUTEBOOK_ADMIN_PASSWORD_FILE=/run/secrets/admin minutebook
#
# It listens on all addresses, and so does not start without a credential: the first run with a new volume needs
# MINUTEBOOK_ADMIN_PASSWORD or MINUTEBOOK_ADMIN_PASSWORD_FILE, or MINUTEBOOK_INSECURE=true in a trusted network.
#
# BASE is any image with Bun 1.4.5 or newer on its PATH; give a mirror's name to build without a public registry.
ARG BASE=oven/bun:1.4.5-slim

FROM ${BASE} AS install
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production

FROM ${BASE}
WORKDIR /app
COPY --from=install /app/node_modules ./node_modules
COPY . .
RUN bun run web
# A number and not a name: the base image need not know the user, and Kubernetes can check that it is not root.
RUN mkdir -p /data && chown 10001:10001 /data
USER 10001:10001
ENV NODE_ENV=production \
    MINUTEBOOK_HOST=0.0.0.0 \
    MINUTEBOOK_PORT=8420 \
    MINUTEBOOK_DATA=/data
VOLUME /data
EXPOSE 8420
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["bun", "-e", "const { MINUTEBOOK_TLS: tls, MINUTEBOOK_PORT: port } = process.env; const r = await fetch(`${tls === 'true' ? 'https' : 'http'}://127.0.0.1:${port}/health/live`, { tls: { rejectUnauthorized: false } }); process.exit(r.ok ? 0 : 1)"]
ENTRYPOINT ["bun", "src/main.ts"]
CMD ["serve"]
