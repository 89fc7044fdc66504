{#- Rendered by scripts/offline.py into the root of the site; browsers look for a new one at each visit. -#}
// Keeps the pages that people have read, and those for an emergency, for when there is no network.
// The network always comes first: what is stored is shown only when it does not answer.
"use strict";

const scope = new URL("./", location);
// Other sites may share this host: theirs are left alone.
const family = `guide:${scope.pathname}:`;
const current = `${family}{{ version }}`;

// Of each language: what leads on where a page is not stored, the pages it leads to, their files.
const essentials = {{ essentials|tojson }};

// Milliseconds without an answer after which a stored page is better than an empty one.
const patience = 10_000;

// What people keep themselves: zips of pages, and the book of a language as one file.
const isDownload = (place) => place.startsWith("downloads/") || /^[^/]+\/book\//.test(place);

const placeOf = (address) => address.slice(scope.href.length);

const isOurs = (address) => address.startsWith(scope.href) && !isDownload(placeOf(address));

// One name for the addresses of one page. Styles and scripts keep the version in theirs.
const keyOf = (address) => {
  const url = new URL(address, scope);
  url.hash = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  if (url.pathname.endsWith(".html")) url.search = "";
  return url.href;
};

const languageOf = (address) => placeOf(address).split("/")[0];

const isStorable = (response) =>
  response.status === 200 && response.type === "basic" && !response.redirected;

const stored = async (address) => {
  const cache = await caches.open(current);
  return cache.match(keyOf(address), { ignoreVary: true });
};

const keep = async (address, response) => {
  const cache = await caches.open(current);
  await cache.put(keyOf(address), response);
};

// Fetch and store. Without an answer, *old* stays as it was; what is gone is forgotten.
const renew = async (address, old) => {
  try {
    const response = await fetch(keyOf(address), { cache: "no-cache" });
    if (isStorable(response)) await keep(address, response);
  } catch {
    if (old) await keep(address, old);
  }
};

const keepEssentials = async (language) => {
  const needed = Object.hasOwn(essentials, language) ? essentials[language] : [];
  await Promise.all(needed.map(async (path) => {
    if (!(await stored(path))) await renew(path);
  }));
};

// -- A new version of the site ---------------------------------------------------

const takeOver = async () => {
  const languages = new Set();
  for (const name of await caches.keys()) {
    if (!name.startsWith(family) || name === current) continue;
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      languages.add(languageOf(url));
      // Files with a version in their address come with the pages that want them.
      if (!new URL(url).search) await renew(url, await cache.match(url));
    }
  }
  for (const { url } of await clients.matchAll({ includeUncontrolled: true, type: "window" })) {
    if (url.startsWith(scope.href)) languages.add(languageOf(url));
  }
  await Promise.all([...languages].map(keepEssentials));
};

const removeOthers = async () => {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(family) && name !== current);
  await Promise.all(old.map((name) => caches.delete(name)));
};

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(takeOver());
});

addEventListener("activate", (event) => {
  event.waitUntil(removeOthers().then(() => clients.claim()));
});

// -- What pages ask for ----------------------------------------------------------

// The first page of a reader says what it has loaded.
addEventListener("message", (event) => {
  const ours = event.data.filter(isOurs);
  const languages = new Set(ours.map(languageOf));
  event.waitUntil(Promise.all([...ours.map((address) => renew(address)), ...[...languages].map(keepEssentials)]));
});

const fromNetwork = async (event) => {
  const { request } = event;
  // A page must not come from the browser's own store either.
  const isPage = request.mode === "navigate";
  const response = await fetch(request, isPage ? { cache: "no-cache" } : {});
  if (isStorable(response)) {
    event.waitUntil(keep(request.url, response.clone()));
    if (isPage) event.waitUntil(keepEssentials(languageOf(request.url)));
  }
  return response;
};

const instead = async ({ mode, url }) => {
  if (mode !== "navigate") return Response.error();
  const languages = [languageOf(url), ...Object.keys(essentials)];
  for (const language of languages) {
    const page = await stored(`${language}/offline.html`);
    if (page) return page;
  }
  return Response.error();
};

const answer = async (event, network) => {
  const late = new Promise((resolve) => setTimeout(resolve, patience));
  try {
    const response = await Promise.race([network, late]);
    return response ?? (await stored(event.request.url)) ?? (await network);
  } catch {
    return (await stored(event.request.url)) ?? instead(event.request);
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range") || !isOurs(request.url)) return;
  const network = fromNetwork(event);
  event.waitUntil(network.catch(() => {})); // also where the answer comes too late for this page
  event.respondWith(answer(event, network));
});
