"""A page in a browser as a person with a narrow screen or a screen reader has it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

CONTRASTS = """() => {
  const parse = c => { const [r, g, b, a = 1] = c.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, at) => a * v + (1 - a) * below[at]);
  const light = colour => colour.map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const known = new Map();
  const seen = e => {
    if (!e) return {ground: [255, 255, 255], opacity: 1};
    if (!known.has(e)) {
      const [style, {ground, opacity}] = [getComputedStyle(e), seen(e.parentElement)];
      known.set(e, {ground: over(parse(style.backgroundColor), ground), opacity: opacity * style.opacity});
    }
    return known.get(e);
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const isOff = e.closest(".off");
    if (!walker.currentNode.data.trim() || !e.checkVisibility() || isOff) continue;
    const [{ground, opacity}, [r, g, b, alpha]] = [seen(e), parse(getComputedStyle(e).color)];
    const [one, other] = [light(over([r, g, b, alpha * opacity], ground)), light(ground)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${walker.currentNode.data.trim()}`);
  }
  return poor;
}"""
"""Text whose contrast with its ground is below 4.5:1 (WCAG 2.2, 1.4.3, which lets off what cannot be used now),
whatever shines through either."""


def check(page: Page) -> None:
    """Nothing is wrong with the page as it stands, on a wide screen and on a narrow one."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]] == [], page.url
    check_fit(page)


def check_fit(page: Page) -> None:
    """Nothing of the page is cut off, on a wide screen and on a narrow one."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) <= 0, page.url
