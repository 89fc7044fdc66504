// Send readers to their language, unless they came to choose one (index.html#choose). What they
// asked a page of the book to remember comes first, then the languages of their browser.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (location.hash === "#choose") return;
  const links = [...document.querySelectorAll("main a[hreflang]")];
  const remembered = links.find((link) => link.hreflang === rememberedLanguage());
  for (const link of [remembered, ...chosenLanguages().map((wanted) => offeredFor(wanted, links))]) {
    if (link) {
      location.replace(link.href);
      return;
    }
  }
});

function rememberedLanguage() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null; // storage is blocked
  }
}

// Browsers in Taiwan ask for "zh-TW" and then for "zh", which alone would mean the other script.
function chosenLanguages() {
  const asked = navigator.languages;
  const isAdded = (tag, place) =>
    !tag.includes("-") &&
    asked.slice(0, place).some((earlier) => {
      const { language, region } = likely(earlier) ?? {};
      return language === tag && region && likely(`${language}-${region}`).script !== likely(tag).script;
    });
  return asked.filter((tag, place) => !isAdded(tag, place));
}

// "es-MX" finds "es"; "zh-TW" must not find "zh-CN", whose script differs.
function offeredFor(wanted, links) {
  const want = likely(wanted);
  return links.find((link) => {
    const offer = likely(link.hreflang);
    return want?.language === offer.language && want.script === offer.script;
  });
}

function likely(tag) {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return null; // some systems name languages that are none, such as "C"
  }
}
