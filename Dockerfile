# The gateway as a container image: the checkout with its production packages, no build step. Docker or Podman build it with
#   docker build --tag crossdesk .
# and run it with the data in a volume, see docs/operating.md.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The npm package `node` is for machines with an older Node: the image has its own.
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATABASE_URL=sqlite:/data/crossdesk.db
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE* ./
COPY bin bin
COPY migrations migrations
COPY openapi openapi
COPY src src
COPY wsdl wsdl
RUN mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# `node` itself is the first process, so that it hears the signal to stop.
CMD ["node", "--disable-proto=delete", "--min-semi-space-size=16", "--max-semi-space-size=64", "src/main.ts"]
