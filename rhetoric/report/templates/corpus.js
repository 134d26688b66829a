"use strict";
(() => {
  const { columns, rows, labels, kinds, chunk, chunks } = JSON.parse(document.getElementById("data").textContent);
  const at = Object.fromEntries(columns.map((name, number) => [name, number]));
  const $ = (id) => document.getElementById(id);
  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const headings = {
    date: "Date", source: "Source", title: "Title", authority: "Authority", words: "Words", skipped: "Skip",
    reused: "In print", since: "Since", news: "News", changed: "Changed", novelty: "Novelty", resonance: "Resonance",
  };
  const texts = new Set(["date", "source", "title", "since"]);
  const optional = new Set(["source", "authority", "words", "since", "novelty", "resonance", "changed"]);
  const percent = (share) => `${Math.round(100 * share)}%`;
  const shown = (name, value) => {
    if (value === null) return "–";
    if (name === "skipped" || name === "reused") return percent(value);
    return typeof value === "number" ? value.toLocaleString("en") : value;
  };
  const classes = (name) => [name === "date" || name === "title" ? name : "", texts.has(name) ? "" : "number", optional.has(name) ? "optional" : ""].join(" ").trim();

  const PAGE = 60;
  const order = { name: "date", falling: true };
  let found = [], limit = PAGE;
  const haystack = rows.map((row) => row[at.title].toLowerCase());
  const points = new Map();
  for (const link of document.querySelectorAll("#plane svg a")) points.set(Number(link.getAttribute("href").slice(2)), link);

  const head = document.querySelector("#table thead tr");
  for (const name of columns) {
    const cell = element("th", undefined, classes(name));
    cell.scope = "col";
    const button = element("button", headings[name]);
    button.type = "button";
    button.addEventListener("click", () => {
      order.falling = order.name === name ? !order.falling : !texts.has(name);
      order.name = name;
      apply();
    });
    cell.append(button);
    head.append(cell);
  }

  const sort = () => {
    const column = at[order.name], sign = order.falling ? -1 : 1;
    found.sort((a, b) => {
      const x = rows[a][column], y = rows[b][column];
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      return (x < y ? -sign : x > y ? sign : 0) || a - b;
    });
    [...head.children].forEach((cell, number) => {
      if (columns[number] === order.name) cell.setAttribute("aria-sort", order.falling ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  };

  const draw = () => {
    const body = document.querySelector("#table tbody");
    body.replaceChildren(...found.slice(0, limit).map((number) => {
      const line = element("tr");
      for (const name of columns) {
        const cell = element("td", undefined, classes(name));
        if (name === "title") {
          const link = element("a", rows[number][at.title]);
          link.href = `#d${number}`;
          cell.append(link);
        } else cell.textContent = shown(name, rows[number][at[name]]);
        line.append(cell);
      }
      return line;
    }));
    $("more").hidden = found.length <= limit;
    $("count").textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  };

  const apply = () => {
    performance.mark("filter");
    const asked = new FormData($("filters"));
    const words = asked.get("words").toLowerCase().split(/\s+/).filter(Boolean);
    const [source, from, to, authority] = ["source", "from", "to", "authority"].map((name) => asked.get(name));
    found = [];
    rows.forEach((row, number) => {
      const date = row[at.date];
      const fits = (!source || row[at.source] === source) && (!from || (date && date >= from)) &&
        (!to || (date && date.slice(0, 10) <= to)) && (!authority || (row[at.authority] !== null && row[at.authority] >= Number(authority))) &&
        words.every((word) => haystack[number].includes(word));
      if (fits) found.push(number);
      const point = points.get(number);
      if (point) point.classList.toggle("out", !fits);
    });
    limit = PAGE;
    sort();
    draw();
    performance.measure("filter", "filter");
  };
  $("filters").addEventListener("input", apply);
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("more").addEventListener("click", () => {
    limit += 5 * PAGE;
    draw();
  });

  const plane = $("plane");
  if (plane) plane.addEventListener("mouseover", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    const row = rows[Number(link.getAttribute("href").slice(2))];
    $("pointed").textContent = [row[at.date], row[at.source], row[at.title]].filter(Boolean).join(" · ");
  });

  const opened = new Map();
  const unpack = (number) => {
    if (!opened.has(number)) {
      const bytes = Uint8Array.from(atob(chunks[number]), (letter) => letter.charCodeAt(0));
      opened.set(number, new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json());
    }
    return opened.get(number);
  };

  const dialog = $("dialog");
  const open = async () => {
    const match = /^#d(\d+)$/.exec(location.hash);
    const row = match && rows[Number(match[1])];
    if (!row) return dialog.close();
    const number = Number(match[1]);
    $("dialog-origin").textContent = [row[at.date], row[at.source]].filter(Boolean).join(" · ");
    $("dialog-title").textContent = row[at.title];
    $("dialog-figures").textContent = columns.slice(3).filter((name) => row[at[name]] !== null)
      .map((name) => `${headings[name]} ${shown(name, row[at[name]])}`).join(" · ");
    $("dialog-text").replaceChildren();
    if (!dialog.open) dialog.showModal();
    const sentences = (await unpack(Math.floor(number / chunk)))[number % chunk];
    $("dialog-text").replaceChildren(...sentences.map(([place, label, kind, words]) => {
      const line = element("li", undefined, labels[label]);
      const mark = ["·", "●", "?"][label];
      line.append(element("span", `${place} ${mark} ${kind < 0 ? labels[label] : kinds[kind]}`, "tag"), element("span", words, "words"));
      return line;
    }));
    dialog.scrollTop = 0;
  };
  addEventListener("hashchange", open);
  dialog.addEventListener("close", () => {
    if (location.hash) history.replaceState(null, "", location.pathname);
  });

  apply();
  open();
})();
