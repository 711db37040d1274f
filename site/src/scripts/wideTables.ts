/** Boxes that may be wider inside than they are: tables, drawings of many steps, rolls. */
const BOXES = '.table, .drawing.scrolls, .scroll'

/** Marks each box that holds more than it shows, so that the page can say that it scrolls. */
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries)
    target.toggleAttribute('data-cut', target.clientWidth > 0 && target.scrollWidth > target.clientWidth + 1)
})
for (const box of document.querySelectorAll(BOXES)) observer.observe(box)
