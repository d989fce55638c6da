// A small menu below a button.

import { h } from "./dom.js";

let open = null;

/** Show a menu of `{label, detail, run, danger}` under its anchor. Escape, Tab or a click elsewhere closes it. */
export function showMenu(anchor, items, label) {
  closeMenu();
  const menu = h(
    "div",
    { class: "menu", role: "menu", "aria-label": label },
    label ? h("div", { class: "menu-title" }, label) : null,
    items.map((item) =>
      h(
        "button",
        { type: "button", role: "menuitem", class: item.danger ? "danger" : "", on: { click: () => { closeMenu(); item.run(); } } },
        item.label,
        item.detail ? h("small", {}, item.detail) : null,
      ),
    ),
    items.length === 0 ? h("div", { class: "menu-note" }, "No actions.") : null,
  );
  document.body.append(menu);
  place(menu, anchor);
  const outside = (event) => {
    if (!menu.contains(event.target)) closeMenu();
  };
  const keys = (event) => {
    const buttons = [...menu.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length]?.focus();
    else if (event.key === "ArrowUp") buttons[(at - 1 + buttons.length) % buttons.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") closeMenu();
    else return;
    event.preventDefault();
  };
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("keydown", keys);
  open = { menu, outside, anchor };
  menu.querySelector("button")?.focus();
}

/** Close the open menu, if any, and give the focus back. */
export function closeMenu() {
  if (open === null) return;
  const { menu, outside, anchor } = open;
  open = null;
  document.removeEventListener("pointerdown", outside, true);
  menu.remove();
  if (anchor.isConnected) anchor.focus();
}

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const below = box.bottom + menu.offsetHeight + 8 < window.innerHeight;
  const left = Math.min(box.left, window.innerWidth - menu.offsetWidth - 8);
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = below ? `${box.bottom + 4}px` : `${Math.max(8, box.top - menu.offsetHeight - 4)}px`;
}
