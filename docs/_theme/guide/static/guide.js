// Colours first, before anything is painted; then small comforts. The pages work without this file.
"use strict";

(() => {
  const root = document.documentElement;
  const themes = ["auto", "light", "dark"];

  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage is blocked: follow the device
    }
  };

  const store = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      // it holds for this page only
    }
  };

  const show = (theme) => {
    root.dataset.theme = theme;
    if (document.body) document.body.dataset.theme = theme;
  };

  let theme = themes.includes(stored("theme")) ? stored("theme") : "auto";
  show(theme);

  // Each press changes what is seen; who comes back to the colours of the device follows it again.
  const changeTheme = () => {
    const ofDevice = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const shown = theme === "auto" ? ofDevice : theme;
    const other = shown === "dark" ? "light" : "dark";
    theme = other === ofDevice ? "auto" : other;
    show(theme);
    store("theme", theme === "auto" ? null : theme);
  };

  // Opened details close on Escape and give the focus back to their summary.
  const closeOnEscape = (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".guide-languages[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    if (location.hash === "#site-navigation") {
      location.hash = "";
      document.querySelector(".guide-menu-link").focus();
    }
  };

  // Scripts can search, but not in a copy that is opened from the disk; there the link leads
  // to the index. What people look for stays behind the "#": browsers send that to no server.
  const offerSearch = () => {
    if (location.protocol === "file:") return;
    const link = document.querySelector(".guide-search-link");
    if (link) link.href = link.dataset.search;
    const form = document.querySelector(".guide-nav .guide-search");
    if (!form) return;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const query = new URLSearchParams({ q: form.elements.q.value });
      location.assign(`${form.dataset.search}#${query}`);
    });
  };

  // The language is remembered only when readers ask for it; the page of all languages reads it.
  const offerRemembering = () => {
    const field = document.querySelector(".guide-remember");
    if (!field || location.protocol === "file:") return;
    const box = field.querySelector("input");
    box.checked = stored("language") === root.lang;
    box.addEventListener("change", () => store("language", box.checked ? root.lang : null));
    field.hidden = false;
  };

  // A server may have chosen the language of someone who asked for the bare address of the book.
  // It knows the languages of the browser, but not what was remembered.
  const goToRememberedLanguage = () => {
    const [visit] = performance.getEntriesByType("navigation");
    const language = stored("language");
    if (!visit?.redirectCount || root.dataset.content_root !== "./" || language === root.lang) return;
    const links = [...document.querySelectorAll(".guide-languages a[hreflang]")];
    const link = links.find(({ hreflang }) => hreflang === language);
    if (link) location.replace(link.href);
  };

  // The worker of the site stores what is read, for when there is no network. It does not see
  // the pages that were on their way before it was ready; these tell it what they have loaded.
  const keepForLater = async () => {
    const { offlineWorker } = root.dataset;
    const { serviceWorker } = navigator;
    if (!offlineWorker || !serviceWorker) return;
    const [visit] = performance.getEntriesByType("navigation");
    try {
      await serviceWorker.register(offlineWorker);
      if (visit?.workerStart) return; // it came by the worker
      const { active } = await serviceWorker.ready;
      const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
      active.postMessage([location.href, ...loaded]);
    } catch {
      // not in private windows, and not from the disk
    }
  };

  addEventListener("load", keepForLater);

  document.addEventListener("DOMContentLoaded", () => {
    show(theme);
    goToRememberedLanguage();
    offerSearch();
    offerRemembering();
    const button = document.querySelector(".guide-theme");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", changeTheme);
    }
    document.addEventListener("keydown", closeOnEscape);
  });
})();
