// Colours first, before anything is painted; then small comforts. The pages work without this file.
"use strict";

(() => {
  const root = document.documentElement;
  const themes = ["auto", "light", "dark"];

  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is blocked: follow the device
    }
  };

  const show = (theme) => {
    root.dataset.theme = theme;
    if (document.body) document.body.dataset.theme = theme;
  };

  let theme = themes.includes(stored()) ? stored() : "auto";
  show(theme);

  const changeTheme = () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    show(theme);
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // it holds for this page only
    }
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

  document.addEventListener("DOMContentLoaded", () => {
    show(theme);
    const button = document.querySelector(".guide-theme");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", changeTheme);
    }
    document.addEventListener("keydown", closeOnEscape);
  });
})();
