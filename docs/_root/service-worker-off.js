// Those who run this site have switched offline use off: remove what was stored, and go.
"use strict";

const family = `guide:${new URL("./", location).pathname}:`;

const leave = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(family)).map((name) => caches.delete(name)));
  await registration.unregister();
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));
