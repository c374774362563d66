/*
 * PeerSafe's only script of its own. Every page works without it; it keeps nothing in the browser's storage.
 */
(function () {
  "use strict";

  const TAPS = 3; // Shift this often…
  const WITHIN = 1500; // …within this many milliseconds leaves.

  /* Leaving quickly ------------------------------------------------------------------------------------------ */

  // Empty the page first, because everything else takes time.
  function blank() {
    document.documentElement.hidden = true;
    document.title = "";
    if (document.body) document.body.replaceChildren();
  }

  // Blank, sign out behind one's back, and put another site in this page's place, so that Back does not return here.
  function leave(link) {
    const path = link.getAttribute("href");
    const elsewhere = link.dataset.leave;
    blank();
    if (navigator.sendBeacon) {
      navigator.sendBeacon(path);
      window.location.replace(elsewhere);
    } else {
      window.location.replace(path); // An old browser: the plain link signs out and goes on from there.
    }
  }

  const way_out = document.querySelector("a[data-leave]");
  if (way_out) {
    way_out.addEventListener("click", function (event) {
      event.preventDefault();
      leave(way_out);
    });

    let taps = [];
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Shift") {
        taps = []; // Typing a capital is not a wish to leave.
        return;
      }
      if (event.repeat) return;
      const now = event.timeStamp;
      taps = taps.filter((tap) => now - tap < WITHIN).concat(now);
      if (taps.length >= TAPS) leave(way_out);
    });
  }

  // A page brought back from the browser's memory may belong to someone who has left: ask the server again.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    blank();
    window.location.reload();
  });

  /* Menus made of <details>: close on Escape and on a click elsewhere ------------------------------------------- */

  const menus = () => document.querySelectorAll("details.drop[open]");

  document.addEventListener("click", function (event) {
    menus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });

  /* Forms --------------------------------------------------------------------------------------------------- */

  // A second press while the first is under way does nothing. The server is safe without this.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if ((form.getAttribute("method") || "get").toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    form.dataset.sent = "yes";
    form.querySelectorAll("button[type=submit], input[type=submit]").forEach((button) => {
      button.setAttribute("aria-disabled", "true"); // Not `disabled`: its name and value must still be sent.
    });
    setTimeout(() => release(form), 10000); // A download or a lost connection leaves us on this page.
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  }

  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  /* Passkeys: allauth's scripts are fetched at the first press, so that the sign-in page stays light -------------- */

  function load(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  const passkey = document.querySelector("form[data-passkey]");
  if (passkey) {
    const button = document.getElementById(passkey.dataset.passkey);
    button.addEventListener("click", async function (event) {
      event.preventDefault();
      for (const source of passkey.dataset.scripts.split(" ")) await load(source);
      window.allauth.webauthn.forms.loginForm({ ids: { login: button.id, credential: "mfa_credential" } });
      button.click();
    }, { once: true });
  }

  /* Tables that turn into cards lose their table meaning in some browsers: say it again ------------------------- */

  function name_tables(root) {
    root.querySelectorAll("table.rows").forEach((table) => {
      table.setAttribute("role", "table");
      table.querySelectorAll("thead, tbody").forEach((part) => part.setAttribute("role", "rowgroup"));
      table.querySelectorAll("tr").forEach((row) => row.setAttribute("role", "row"));
      table.querySelectorAll("td").forEach((cell) => cell.setAttribute("role", "cell"));
      table.querySelectorAll("thead th").forEach((cell) => cell.setAttribute("role", "columnheader"));
      table.querySelectorAll("tbody th").forEach((cell) => cell.setAttribute("role", "rowheader"));
    });
  }
  name_tables(document);
  document.addEventListener("htmx:afterSwap", (event) => name_tables(event.target));
})();
