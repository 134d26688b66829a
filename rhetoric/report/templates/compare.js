"use strict";
for (const box of document.querySelectorAll(".filters input")) {
  box.addEventListener("change", () => {
    for (const row of document.querySelectorAll(`tr.${box.value}`)) row.hidden = !box.checked;
  });
}
