// Returns every visible control that a screen reader would have no name for.
() => [...document.querySelectorAll("button, summary, input, textarea, select, [tabindex='0']")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.getAttribute("aria-label") || node.getAttribute("aria-labelledby") || node.labels?.length || node.textContent.trim()))
  .map((node) => node.outerHTML.slice(0, 80))
