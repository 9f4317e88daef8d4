import { SAVED_VIEW } from "./savedView.ts"

/** What a report does when it is touched: tables sort, slices scroll, layers switch, pictures are saved. */
export const SCRIPT = `
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  for (const element of all(".scripted")) element.hidden = false;

  for (const table of all("table.data")) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const headings = all("thead th", table);
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const order = heading.getAttribute("aria-sort");
        const next = order === null ? "ascending" : order === "ascending" ? "descending" : null;
        for (const other of headings) other.removeAttribute("aria-sort");
        if (next === null) return body.append(...rows);
        heading.setAttribute("aria-sort", next);
        const numeric = heading.classList.contains("number");
        const keyed = rows.map((row) => {
          const cell = row.cells[column];
          const key = numeric ? (cell.dataset.value === undefined ? null : Number(cell.dataset.value)) : cell.textContent;
          return { row, key };
        });
        const sign = next === "ascending" ? 1 : -1;
        const compare = (a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
          return sign * (numeric ? a.key - b.key : a.key.localeCompare(b.key, undefined, { numeric: true }));
        };
        body.append(...keyed.sort(compare).map(({ row }) => row));
      });
    });
  }

  for (const link of all("a[data-picture]")) link.href = link.closest("figure").querySelector("img").src;

${SAVED_VIEW}
  for (const viewer of all(".viewer")) {
    const stacks = all(".stack", viewer);
    let current = stacks[0];
    const visible = () => current.querySelector(".slice:not([hidden])");
    const show = (stack) => {
      current = stack;
      for (const other of stacks) other.hidden = other !== stack;
      const slices = all(".slice", stack);
      const slider = stack.querySelector("input");
      const at = Number(slider.value);
      slices.forEach((slice, i) => { slice.hidden = i !== at; });
      const text = slices[at].dataset.label + " (" + (at + 1) + " of " + slices.length + " shown)";
      stack.querySelector("output").textContent = text;
      slider.setAttribute("aria-valuetext", text);
    };
    for (const stack of stacks) stack.querySelector("input").addEventListener("input", () => show(stack));
    const cases = viewer.querySelector("[data-cases]");
    if (cases) cases.addEventListener("change", () => show(stacks[Number(cases.value)]));
    for (const toggle of all("[data-layer]", viewer)) {
      const apply = () => viewer.classList.toggle("show-" + toggle.dataset.layer, toggle.checked);
      toggle.addEventListener("change", apply);
      apply();
    }
    viewer.querySelector("[data-save]").addEventListener("click", () => {
      const link = document.createElement("a");
      const name = [viewer.dataset.file, current.dataset.name, visible().dataset.label].join(" ");
      link.download = name.replace(/\\W+/g, "-") + ".png";
      link.href = savedView(viewer, current).toDataURL("image/png");
      link.click();
    });
    show(current);
  }
})();
`
