/*
 * Sorts the tables of a class: a click on a heading, or Enter there. Of the document it wants what
 * class_page.c puts there; nothing else changes, and without it the page is whole.
 */
(function () {
	"use strict";

	/* What is no number among numbers (missing, broken) comes before them. */
	function number(field) {
		const n = parseFloat(field.textContent);

		return Number.isNaN(n) ? -1 : n;
	}

	function sort(table, head, up) {
		const body = table.tBodies[0], n = Number(head.dataset.n);
		const numeric = /\b(n|tall)\b/.test(head.className);
		const order = function (a, b) {
			const x = a.cells[n], y = b.cells[n];

			return numeric ? number(x) - number(y)
				: x.textContent.localeCompare(y.textContent, undefined, {numeric: true});
		};

		Array.from(body.rows).sort((a, b) => up ? order(a, b) : order(b, a))
			.forEach((row) => body.appendChild(row));
		table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
		head.setAttribute("aria-sort", up ? "ascending" : "descending");
	}

	function makeButton(table, head) {
		const button = document.createElement("button");

		button.type = "button";
		while (head.firstChild)
			button.appendChild(head.firstChild);
		head.appendChild(button);
		button.addEventListener("click", () =>
			sort(table, head, head.getAttribute("aria-sort") !== "ascending"));
	}

	document.querySelectorAll("table.sorts").forEach((table) =>
		table.querySelectorAll("thead th[data-n]").forEach((head) => makeButton(table, head)));
	document.querySelectorAll("[hidden]").forEach((element) => element.removeAttribute("hidden"));
})();
