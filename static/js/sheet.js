/*
 * The boundary sheet: says so when an answer could not be saved by itself. Without it, and without JavaScript, the
 * Save button does everything.
 */
(function () {
  "use strict";

  const status = document.getElementById("sheet-status");
  const bar = status && status.closest(".sheet-bar");
  if (!bar) return;

  function trouble(event) {
    if (event.detail.xhr && event.detail.xhr.status === 422) return; // The answer itself says what was wrong.
    status.textContent = status.dataset.trouble;
    bar.classList.add("sheet-bar-trouble");
  }

  document.addEventListener("htmx:sendError", trouble);
  document.addEventListener("htmx:responseError", trouble);
  document.addEventListener("htmx:timeout", trouble);
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) bar.classList.remove("sheet-bar-trouble");
  });
})();
