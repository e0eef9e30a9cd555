/*
 * Walks the rows of the table and shows the state at the one that one stands at. Of the document it
 * wants what html.c puts there; texts become text, never markup.
 */
(function () {
	"use strict";
	/* The bits of a number of a state: see html_states.c. */
	const SUBJECT = 1, PARAGRAPH = 2, CHANGED = 4, GONE = 8, STAR = 16, MINUS = 32, TEXT = 64;
	const PAGE = 20;
	const data = JSON.parse(document.getElementById("states").textContent);
	const rows = Array.from(document.querySelectorAll("#rows tr[id]"));
	const state = document.getElementById("state");
	const title = document.getElementById("state-title");
	const field = document.getElementById("search");
	const found = document.getElementById("found");
	let here = -1;

	function add(to, tag, text) {
		const element = document.createElement(tag);

		element.textContent = text;
		to.appendChild(element);
		return element;
	}

	function addMark(line, code) {
		add(line, "span", code & MINUS ? "-" : code & STAR ? "*" : " ").className = "mark";
	}

	function showState(codes) {
		let line = null;

		state.textContent = "";
		for (const code of codes) {
			const text = data.texts[Math.floor(code / TEXT)];

			if (code & SUBJECT) {
				add(state, "h3", text);
				continue;
			}
			if (code & PARAGRAPH) {
				line = add(state, "p", "");
				addMark(line, code);
			}
			add(line, code & GONE ? "s" : code & CHANGED ? "b" : "span", text);
		}
	}

	/* The address names the step; where it may not be changed, it does not. */
	function remember(row) {
		try {
			history.replaceState(null, "", "#" + row.id);
		} catch (refused) {
			return;
		}
	}

	function stand(n) {
		const at = Math.max(0, Math.min(n, rows.length - 1));

		if (at === here || rows.length === 0)
			return;
		if (here >= 0)
			rows[here].removeAttribute("aria-current");
		here = at;
		rows[here].setAttribute("aria-current", "step");
		title.textContent = "State at step " + rows[here].id.slice(1);
		showState(data.rows[here]);
	}

	function go(n) {
		stand(n);
		rows[here].scrollIntoView({block: "nearest"});
		remember(rows[here]);
	}

	/* The next row of that class, or the one that one stands at. */
	function next(name, by) {
		for (let n = here + by; n >= 0 && n < rows.length; n += by)
			if (rows[n].className === name)
				return n;
		return here;
	}

	/* Who, what and where: not the numbers before them, and not the lanes. */
	function words(row) {
		return Array.from(row.querySelectorAll(".who, .what, .place"),
			(cell) => cell.textContent).join(" ").toLowerCase();
	}

	/* The rows that have what is in the field are marked, and counted. */
	function search() {
		const word = field.value.trim().toLowerCase();
		let count = 0;

		for (const row of rows) {
			row.removeAttribute("data-found");
			if (word === "" || !words(row).includes(word))
				continue;
			row.setAttribute("data-found", "found");
			count++;
		}
		found.textContent = word === "" ? "" : count === 1 ? "1 row" : count + " rows";
	}

	/* The next of them, from the other end on behind the last; else where one stands. */
	function match(by) {
		for (let i = 1; i <= rows.length; i++) {
			const n = (here + by * i + rows.length) % rows.length;

			if (rows[n].hasAttribute("data-found"))
				return n;
		}
		return here;
	}

	const moves = {
		ArrowDown: () => here + 1, ArrowRight: () => here + 1, j: () => here + 1,
		ArrowUp: () => here - 1, ArrowLeft: () => here - 1, k: () => here - 1,
		PageDown: () => here + PAGE, PageUp: () => here - PAGE,
		Home: () => 0, End: () => rows.length - 1,
		b: () => next("wait", 1), B: () => next("wait", -1),
		f: () => next("bad", 1), F: () => next("bad", -1),
		n: () => match(1), N: () => match(-1),
	};

	function fromAddress() {
		const n = rows.findIndex((row) => "#" + row.id === location.hash);

		if (n >= 0)
			stand(n);
		return n >= 0;
	}

	if (rows.length === 0)
		return;
	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.altKey || event.metaKey)
			return;
		if (event.key !== "/" && !Object.hasOwn(moves, event.key))
			return;
		event.preventDefault();
		if (event.key === "/")
			field.focus();
		else
			go(moves[event.key]());
	});
	/* Keys that are typed there walk nowhere, but Enter. */
	field.addEventListener("keydown", (event) => {
		event.stopPropagation();
		if (event.key === "Enter")
			go(match(event.shiftKey ? -1 : 1));
		else if (event.key === "Escape")
			field.blur();
	});
	field.addEventListener("input", search);
	rows.forEach((row, n) => row.addEventListener("click", () => go(n)));
	document.querySelectorAll("nav button").forEach((button) =>
		button.addEventListener("click", () => go(moves[button.value]())));
	window.addEventListener("hashchange", fromAddress);
	document.querySelectorAll("[hidden]").forEach((element) => element.removeAttribute("hidden"));
	document.body.className = "walks";
	if (!fromAddress()) {
		stand(data.start);
		if (!document.getElementById("verdict")) /* which is to be read first */
			rows[here].scrollIntoView({block: "center"});
	}
})();
