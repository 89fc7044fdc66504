// Send a reader to their language, unless they came to choose one (index.html#choose).
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (location.hash === "#choose") return;
  const links = [...document.querySelectorAll("a[hreflang]")];
  for (const wanted of navigator.languages) {
    const match = links.find((link) => matches(wanted, link.hreflang));
    if (match) {
      location.replace(match.href);
      return;
    }
  }
});

// "es-MX" finds "es"; "zh-TW" must not find "zh-CN", whose script differs.
function matches(wanted, offered) {
  const want = new Intl.Locale(wanted).maximize();
  const offer = new Intl.Locale(offered).maximize();
  return want.language === offer.language && want.script === offer.script;
}
