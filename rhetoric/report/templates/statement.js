"use strict";
(() => {
  const card = document.getElementById("card");
  const rows = [...document.querySelectorAll(".s > details")];
  let shown = null;

  const show = (row) => {
    if (row === shown) return;
    if (shown) shown.parentElement.classList.remove("shown");
    shown = row;
    row.parentElement.classList.add("shown");
    const number = document.createElement("p");
    number.className = "origin";
    number.textContent = `Sentence ${row.parentElement.id.slice(1)}`;
    card.replaceChildren(number, row.querySelector(".detail").cloneNode(true));
    card.scrollTop = 0;
  };

  const hide = () => {
    if (shown) shown.parentElement.classList.remove("shown");
    shown = null;
    card.replaceChildren();
  };

  document.getElementById("text").addEventListener("mouseleave", () => {
    if (!document.activeElement.closest(".s")) hide();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });

  rows.forEach((row, at) => {
    const summary = row.querySelector("summary");
    row.addEventListener("mouseenter", () => show(row));
    summary.addEventListener("focus", () => show(row));
    summary.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const next = step && rows[at + step];
      if (!next) return;
      event.preventDefault();
      next.querySelector("summary").focus();
    });
    // a selection of words is for copying, not for opening
    summary.addEventListener("click", (event) => {
      if (!getSelection().isCollapsed) event.preventDefault();
    });
  });

  const arrive = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    (target.querySelector("summary") || target).focus({ preventScroll: true });
  };
  addEventListener("hashchange", arrive);
  arrive();
})();
