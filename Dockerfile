# Builds everything from source, then keeps what runs: no compiler, no test, no package manager's cache.
#   docker build -t mien:0.1.0 .
# The model files are fetched once, here; with --build-arg MODELS=none they are not, and come from a volume on /app/models/weights.

FROM node:20.20.2-bookworm-slim AS sources
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/client/package.json packages/client/
COPY packages/server/package.json packages/server/
COPY packages/shared/package.json packages/shared/
COPY test/package.json test/

FROM sources AS build
ARG MODELS=standard
RUN npm ci
COPY . .
RUN npm run build
RUN mkdir -p models/weights && if [ "$MODELS" != none ]; then npm run models -- --pack "$MODELS"; fi

FROM sources AS dependencies
# Without what onnxruntime-node brings for other systems, half of it all.
RUN npm ci --omit=dev --workspace @mien/server --workspace @mien/shared \
  && rm -rf node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 MIEN_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/packages/shared/dist packages/shared/dist
COPY --from=build /app/packages/server/bin packages/server/bin
COPY --from=build /app/packages/server/migrations packages/server/migrations
COPY --from=build /app/packages/server/dist packages/server/dist
COPY --from=build /app/packages/client/dist/web packages/client/dist/web
COPY --from=build --chown=node:node /app/models models
RUN mkdir -p /data && chown node:node /data && chmod 700 /data && ln -s /app/packages/server/bin/mien.mjs /usr/local/bin/mien
USER node
VOLUME /data
EXPOSE 8080
# Alive, not ready: a server whose database is away recovers by itself. With TLS the certificate is for other names than this one.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const { TLS_CERT = '', PORT } = process.env; require(TLS_CERT.trim() === '' ? 'node:http' : 'node:https').get({ host: '127.0.0.1', port: PORT, path: '/healthz', rejectUnauthorized: false }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
CMD ["node", "packages/server/dist/main.js"]
