/**
 * What a slice of a viewer is saved as: large enough to print, and with all that one must know of it where no page stands around
 * it: scale bar and directions, case and slice, what the colours mean, the caption, the report.
 */
export const SAVED_VIEW = `
  const savedView = (viewer, stack) => {
    const stage = stack.querySelector(".stage");
    const slice = stack.querySelector(".slice:not([hidden])");
    const width = Math.max(768, 3 * Number(stage.dataset.width));
    const height = Math.round(width / Number(stage.style.getPropertyValue("--aspect")));
    const size = width / 45;
    const pad = size / 2;
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const set = (weight, color) => {
      context.font = weight + " " + size + "px system-ui, sans-serif";
      context.fillStyle = color;
    };
    const wrapped = (weight, text) => {
      set(weight, "#000");
      const lines = [];
      for (const word of text.split(/\\s+/)) {
        const longer = lines.length === 0 ? word : lines[lines.length - 1] + " " + word;
        if (lines.length > 0 && context.measureText(longer).width <= width - 2 * pad) lines[lines.length - 1] = longer;
        else lines.push(word);
      }
      return lines.map((text) => ({ weight, text }));
    };
    const caption = [...viewer.querySelector("figcaption").childNodes].filter((node) => node.className !== "key");
    const head = wrapped("600", stack.dataset.name + ", " + slice.dataset.label);
    const foot = wrapped("400", caption.map((node) => node.textContent).join("") + " From: " + document.title);
    const shown = all("[data-layer]:checked", viewer).filter((toggle) => slice.querySelector("." + toggle.dataset.layer));
    const keys = [];
    for (const { color, text } of shown.flatMap((toggle) => JSON.parse(toggle.dataset.legend))) {
      const own = context.measureText(text).width + 3 * size;
      const last = keys[keys.length - 1];
      const left = last === undefined ? 0 : last[last.length - 1].end;
      const item = (left) => ({ color, text, left, end: left + own });
      if (last === undefined || left + own > width - 2 * pad) keys.push([item(0)]);
      else last.push(item(left));
    }
    const line = 1.5 * size;
    canvas.width = width;
    canvas.height = Math.round(height + (head.length + keys.length + foot.length) * line + 2 * pad);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);

    for (const image of all("img", slice)) {
      context.imageSmoothingEnabled = image.className === "image";
      if (getComputedStyle(image).display !== "none") context.drawImage(image, 0, 0, width, height);
    }
    context.lineJoin = "round";
    const over = (text, x, y, align) => {
      set("400", "#fff");
      context.textAlign = align;
      context.textBaseline = "middle";
      context.lineWidth = size / 4;
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    };
    const letter = (side) => stage.querySelector("." + side).textContent;
    over(letter("left"), pad, height / 2, "left");
    over(letter("right"), width - pad, height / 2, "right");
    over(letter("top"), width / 2, pad + size / 2, "center");
    over(letter("bottom"), width / 2, height - pad - size / 2, "center");
    const bar = stage.querySelector(".bar");
    const length = (width * Number.parseFloat(bar.style.width)) / 100;
    context.fillStyle = "#000";
    context.fillRect(pad - 1, height - pad - 5, length + 2, 6);
    context.fillStyle = "#fff";
    context.fillRect(pad, height - pad - 4, length, 4);
    over(bar.textContent, pad, height - pad - size, "left");

    context.textAlign = "left";
    let y = height + pad + line / 2;
    const write = ({ weight, text }) => {
      set(weight, "#000");
      context.fillText(text, pad, y);
      y += line;
    };
    head.forEach(write);
    for (const row of keys) {
      for (const { color, left, text } of row) {
        context.fillStyle = color;
        context.fillRect(pad + left, y - size / 2, 1.5 * size, size);
        set("400", "#000");
        context.fillText(text, pad + left + 2 * size, y);
      }
      y += line;
    }
    foot.forEach(write);
    return canvas;
  };
`
