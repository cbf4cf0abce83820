// measure looks at a dashboard as it is drawn and returns what is wrong with it. page is its
// document, factor what one of its pixels is on the screen, wall whether it has to fit the
// screen without scrolling.
(page, factor, wall) => {
  const view = page.defaultView, faults = [];
  const style = element => view.getComputedStyle(element);
  const panelOf = element => element.closest('section[data-testid^="data-testid Panel header"], section[data-testid="Panel"]')
    ?.dataset.testid.replace('data-testid Panel header ', '') ?? '';
  const fault = (kind, element, what) => faults.push({ kind, panel: panelOf(element), what: what.replace(/\s+/g, ' ').trim().slice(0, 120) });
  const px = n => `${Math.round(n * 10) / 10} px`;

  // ---- Colours: [red, green, blue, opacity], as a canvas reads whatever CSS allows.
  const pen = page.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  function colour(css) {
    if (!known.has(css)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  function behind(element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.push(colour(style(e).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  }
  // WCAG 2.2, contrast ratio.
  function luminance(rgb) {
    const [r, g, b] = rgb.map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function contrast(a, b) {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  }

  // ---- Texts
  const texts = [];
  const walk = page.createTreeWalker(page.body, view.NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(r => r.width > 1 && r.height > 1);
    if (!rects.length || element.closest('svg, script, style')) continue;
    const s = style(element), size = parseFloat(s.fontSize);
    // Letters are lower than the line that they stand in, which is what may be cut or overlap.
    const boxes = rects.map(r => {
      const spare = Math.max(0, r.height - size) / 2;
      return { left: r.left, right: r.right, top: r.top + spare, bottom: r.bottom - spare };
    });
    texts.push({ node, element, text: node.data.trim(), size, boxes, ink: colour(s.color) });
  }

  for (const item of texts) {
    const { element, text, boxes, ink } = item;
    item.seen = boxes.map(b => ({ ...b }));
    const hidden = { left: 0, right: 0, top: 0, bottom: 0 };
    for (let e = element; e && e !== page.body; e = e.parentElement) {
      const s = style(e);
      if (s.position === 'fixed') break;
      if (s.overflowX === 'visible' && s.overflowY === 'visible') continue;
      const r = e.getBoundingClientRect();
      for (const b of boxes) {
        if (s.overflowX !== 'visible') {
          hidden.left = Math.max(hidden.left, r.left - b.left);
          hidden.right = Math.max(hidden.right, b.right - r.right);
        }
        if (s.overflowY !== 'visible') {
          hidden.top = Math.max(hidden.top, r.top - b.top);
          hidden.bottom = Math.max(hidden.bottom, b.bottom - r.bottom);
        }
      }
      for (const b of item.seen) {
        if (s.overflowX !== 'visible') [b.left, b.right] = [Math.max(b.left, r.left), Math.min(b.right, r.right)];
        if (s.overflowY !== 'visible') [b.top, b.bottom] = [Math.max(b.top, r.top), Math.min(b.bottom, r.bottom)];
      }
    }
    if (wall) for (const b of boxes) {
      hidden.right = Math.max(hidden.right, b.right - view.innerWidth);
      hidden.bottom = Math.max(hidden.bottom, b.bottom - view.innerHeight);
    }
    const [side, much] = Object.entries(hidden).sort((a, b) => b[1] - a[1])[0];
    if (much > 1.5) fault('clipped', element, `“${text}” by ${px(much)} at the ${side}`);
    const ratio = contrast(over(ink, behind(element)), behind(element));
    if (ratio < 4.5) fault('contrast', element, `“${text}” ${ratio.toFixed(2)} : 1, ${style(element).color}`);
  }

  const boxes = texts.flatMap(text => text.seen.map(box => ({ text, ...box }))).sort((a, b) => a.top - b.top);
  boxes.forEach((a, i) => {
    for (let j = i + 1; j < boxes.length && boxes[j].top < a.bottom - 2; j++) {
      const b = boxes[j];
      if (a.text !== b.text && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - b.top > 2) {
        fault('overlap', a.text.element, `“${a.text.text}” and “${b.text.text}”`);
      }
    }
  });

  // ---- Cells, panels, scroll bars
  const empty = element => !element.innerText.trim() && ![element, ...element.querySelectorAll('*')].some(e =>
    ['svg', 'canvas', 'img'].includes(e.localName) || e !== element && colour(style(e).backgroundColor)[3] > 0 && e.getBoundingClientRect().height > 2);
  for (const cell of page.querySelectorAll('[role="gridcell"]')) if (empty(cell)) {
    fault('empty cell', cell, cell.closest('[role="row"]')?.innerText ?? '');
  }
  const panels = [...page.querySelectorAll('[data-testid="data-testid panel content"]')];
  for (const panel of panels) if (empty(panel)) fault('empty panel', panel, '');
  for (const error of page.querySelectorAll('[data-testid="data-testid Panel status error"]')) fault('error', error, error.getAttribute('aria-label') ?? '');
  for (const element of page.querySelectorAll('*')) {
    if (element.localName === 'iframe' || element.closest('svg')) continue;
    const s = style(element), root = element === page.scrollingElement;
    if (wall && (root || /auto|scroll/.test(s.overflowY)) && element.scrollHeight > element.clientHeight + 1) {
      fault('scrolls', element, `down by ${px(element.scrollHeight - element.clientHeight)}`);
    }
    if ((root || /auto|scroll/.test(s.overflowX)) && element.scrollWidth > element.clientWidth + 1) {
      fault('scrolls', element, `to the right by ${px(element.scrollWidth - element.clientWidth)}`);
    }
  }

  const sizes = texts.map(text => text.size * factor);
  return { panels: panels.length, texts: texts.length, smallest: Math.min(...sizes), largest: Math.max(...sizes), faults };
}
