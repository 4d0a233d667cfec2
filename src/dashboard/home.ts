// The page shows where this server is reached, which only the browser knows.
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = window.location.origin;
