// The search page. Nothing is loaded until the reader looks for something.
"use strict";

(() => {
  const language = document.documentElement.lang;
  const shownAtOnce = 6; // each costs a file
  // Found by measuring with tests/data/search: what a page is about counts more than what it says.
  const leastPart = 0.1;
  const ranking = {
    termFrequency: 0.6,
    termSaturation: 1.2,
    pageLength: 0.4,
    metaWeights: { subject: 6, words: 5, title: 0, part: 0, description: 0 },
  };

  const here = document.currentScript.src;
  let loading = null;
  let latest = 0; // a slow answer must not replace a newer one

  const load = async () => {
    const bundle = new URL("../../pagefind/", here);
    const pagefind = await import(new URL("pagefind.js", bundle).href);
    await pagefind.options({ ranking });
    await pagefind.init();
    const entry = await fetch(new URL("pagefind-entry.json", bundle));
    const pages = (await entry.json()).languages[language.toLowerCase()].page_count;
    return { pagefind, pages };
  };

  const wordsOf = (query, letters) => {
    const folded = Array.from(query.toLowerCase(), (letter) => letters[letter] ?? letter).join("");
    const segments = new Intl.Segmenter(language, { granularity: "word" }).segment(folded);
    return new Set([...segments].filter((part) => part.isWordLike).map((part) => part.segment));
  };

  // Pagefind wants all words on one page, but people ask in sentences. So each word is looked
  // up by itself, and counts the more the fewer pages have it: "can" and "after" say nothing.
  const find = async (query, letters) => {
    loading ??= load();
    const { pagefind, pages } = await loading;
    const found = new Map();
    const words = [...wordsOf(query, letters)];
    // Pages that have all of it in a row come first: in Vietnamese, one word says little.
    const row = words.length > 1 ? [`"${words.join(" ")}"`] : [];
    for (const word of [...words, ...row]) {
      const { results } = await pagefind.search(word);
      const rarity = Math.log((pages + 1) / (results.length + 0.5));
      for (const result of results) {
        const score = rarity * result.score;
        const page = found.get(result.id) ?? { score: 0, best: 0, data: null };
        page.score += score;
        if (score >= page.best) {
          page.best = score;
          page.data = result.data;
        }
        found.set(result.id, page);
      }
    }
    const ranked = [...found.values()].sort((one, other) => other.score - one.score);
    // Nearly every page has one of the small words.
    return ranked.filter(({ score }) => score > ranked[0].score * leastPart);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector(".guide-search-page");
    const form = page.querySelector("form");
    const field = form.querySelector("input");
    const status = page.querySelector("[role=status]");
    const list = page.querySelector("ol");
    const more = page.querySelector(".guide-search-more");
    const letters = JSON.parse(form.dataset.letters);
    let waiting = [];

    const item = ({ url, meta }) => {
      const entry = document.createElement("li");
      const link = entry.appendChild(document.createElement("a"));
      link.href = url;
      link.textContent = meta.title;
      for (const name of ["part", "description"]) {
        if (!meta[name]) continue;
        const line = entry.appendChild(document.createElement("p"));
        line.className = `guide-search-${name}`;
        line.textContent = meta[name];
      }
      return entry;
    };

    const show = async (number) => {
      const shown = waiting.splice(0, shownAtOnce);
      const items = (await Promise.all(shown.map((result) => result.data()))).map(item);
      if (number !== latest) return null;
      list.append(...items);
      more.hidden = waiting.length === 0;
      return items[0];
    };

    const search = async () => {
      const query = field.value.trim();
      const number = ++latest;
      list.replaceChildren();
      more.hidden = true;
      status.textContent = "";
      if (!query) return;
      try {
        const results = await find(query, letters);
        if (number !== latest) return;
        waiting = [...results];
        const count = new Intl.NumberFormat(language).format(results.length);
        await show(number);
        if (number !== latest) return;
        status.textContent = results.length
          ? status.dataset.found.replace("{count}", count)
          : status.dataset.nothing;
      } catch {
        loading = null;
        status.textContent = status.dataset.failed;
      }
    };

    // What people look for stays behind the "#": browsers send that to no server.
    const searchFromAddress = () => {
      field.value = new URLSearchParams(location.hash.slice(1)).get("q") ?? field.value;
      search();
    };

    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const hash = `#${new URLSearchParams({ q: field.value.trim() })}`;
      if (location.hash === hash) search();
      else location.hash = hash;
    });
    more.addEventListener("click", async () => {
      const first = await show(latest);
      first?.querySelector("a").focus();
    });
    window.addEventListener("hashchange", searchFromAddress);
    if (location.hash) searchFromAddress();
    else field.focus();
  });
})();
