# The bot, the worker, or both: the command says which. No build step: Node 24 runs TypeScript as it is.
# CI has no Docker engine, so only the syntax of this file and what it names are tested there.
FROM node:24-slim

# git fetches what is deployed; ssh and the certificates are its ways to a server. Everything that
# goes to the hosts is done in-process. Checks of your own (argo.yml, checks.commands) need their
# programs here as well: build an image on top of this one.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git gpg openssh-client \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json package-lock.json ./
# What the install scripts of dependencies would compile is optional speed that nothing here needs.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY src ./src
COPY jobs ./jobs

# A volume that is mounted here takes over the owner.
RUN mkdir -p /var/lib/argo-bot && chown node:node /var/lib/argo-bot
ENV NODE_ENV=production \
    ARGO_CONFIG=/etc/argo-bot/argo.yml \
    ARGO_DATA=/var/lib/argo-bot
USER node
CMD ["node", "src/argo-bot.js", "start"]
