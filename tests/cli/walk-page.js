/*
 * walk-page.js PAGE: runs the script of an exported page against the little of a document that it
 * asks for, made from the page itself, presses keys, and looks at what it shows. At the last row
 * that must be what the page says without a script.
 */
"use strict";
const assert = require("assert");
const fs = require("fs");
const vm = require("vm");

const page = fs.readFileSync(process.argv[2], "utf8");

function between(from, end) {
	const start = page.indexOf(from) + from.length;

	assert(start >= from.length, "no " + from);
	return page.slice(start, page.indexOf(end, start));
}

class Element {
	constructor(tag, attributes = {}) {
		Object.assign(this, {tag, attributes, children: [], text: "", className: "", on: {}});
	}
	get id() { return this.attributes.id; }
	set textContent(text) {
		this.children = [];
		this.text = String(text);
	}
	get textContent() { return this.text + this.children.map((c) => c.textContent).join(""); }
	appendChild(child) { this.children.push(child); }
	setAttribute(name, value) { this.attributes[name] = value; }
	removeAttribute(name) { delete this.attributes[name]; }
	hasAttribute(name) { return name in this.attributes; }
	querySelectorAll(what) {
		assert.strictEqual(what, ".who, .what, .place");
		return this.cells;
	}
	focus() { this.focused = true; }
	blur() { this.focused = false; }
	addEventListener(name, act) { this.on[name] = act; }
	scrollIntoView() {}
}

const cell = /<td class="(?:who|what|place)">(.*?)<\/td>/g;
const rows = [...page.matchAll(/<tr id="(s\d+)" class="(\w+)">(.*)<\/tr>/g)].map(
	([, id, name, cells]) => Object.assign(new Element("tr", {id}), {className: name,
		cells: [...cells.matchAll(cell)].map(([, text]) =>
			Object.assign(new Element("td"), {text}))}));
const buttons = [...page.matchAll(/<button type="button" value="(\w+)">/g)].map(([, value]) =>
	Object.assign(new Element("button"), {value}));
const hidden = [new Element("nav", {hidden: "hidden"}), new Element("span", {hidden: "hidden"})];
const byId = {states: new Element("script"), state: new Element("div"),
	"state-title": new Element("h2"), found: new Element("span"),
	search: Object.assign(new Element("input"), {value: ""})};
const document = Object.assign(new Element("document"), {
	body: new Element("body"),
	getElementById: (id) => byId[id],
	createElement: (tag) => new Element(tag),
	querySelectorAll: (what) => {
		const found = {"#rows tr[id]": rows, "nav button": buttons, "[hidden]": hidden}[what];

		assert(found, what);
		return found;
	},
});
const window = new Element("window");
const location = {hash: ""};
const history = {replaceState: (state, title, hash) => { location.hash = hash; }};

byId.states.textContent = between('<script type="application/json" id="states">', "</script>");
const start = JSON.parse(byId.states.textContent).start;
vm.runInNewContext(between("<script>", "</script>"), {document, window, location, history});

function here() {
	const at = rows.filter((row) => row.attributes["aria-current"] === "step");

	assert.strictEqual(at.length, 1);
	return rows.indexOf(at[0]);
}

function press(key, modifiers = {}) {
	let taken = false;

	document.on.keydown({key, preventDefault: () => { taken = true; }, ...modifiers});
	return taken;
}

/* Where a key must lead, and what must stand there then. */
function leads(key, to) {
	const wanted = Math.max(0, Math.min(to, rows.length - 1));

	assert(press(key), key);
	assert.strictEqual(here(), wanted, key);
	assert.strictEqual(byId["state-title"].textContent, "State at step " + rows[wanted].id.slice(1));
	assert.strictEqual(location.hash, "#" + rows[wanted].id);
}

const kinds = {b: "wait", f: "bad"};
const last = rows.length - 1;

assert(rows.length > 5);
assert.strictEqual(here(), start);
assert(hidden.every((element) => !("hidden" in element.attributes)));
leads("Home", 0);
leads("ArrowUp", 0);
leads("ArrowDown", 1);
leads("ArrowRight", 2);
leads("j", 3);
leads("k", 2);
leads("ArrowLeft", 1);
leads("PageDown", 21);
leads("PageUp", here() - 20);
for (const key of "bf") {
	leads("Home", 0);
	const found = rows.findIndex((row, n) => n > 0 && row.className === kinds[key]);

	leads(key, found < 0 ? 0 : found);
	leads(key.toUpperCase(), rows[0].className === kinds[key] ? 0 : here());
}

/* Searching: what has the word is counted, gone to, and left behind. */
const field = byId.search;

function types(key, more = {}) {
	let stopped = false;

	field.on.keydown({key, stopPropagation: () => { stopped = true; }, ...more});
	assert(stopped, key);
}

leads("Home", 0);
leads("n", 0);
assert(press("/") && field.focused);
field.value = " T1 ";
field.on.input();
const hits = rows.map((row, n) => row.hasAttribute("data-found") ? n : -1).filter((n) => n >= 0);
assert(hits.length > 1 && hits.length === rows.filter((row) =>
	row.cells.some((td) => td.textContent.toLowerCase().includes("t1"))).length);
assert.strictEqual(byId.found.textContent, hits.length + " rows");
types("Enter");
assert.strictEqual(here(), hits.find((n) => n > 0));
types("Enter", {shiftKey: true});
assert.strictEqual(here(), hits.filter((n) => n < hits.find((m) => m > 0)).pop() ?? hits.at(-1));
types("x");
types("Escape");
assert(!field.focused);
leads("End", last);
leads("n", hits[0]);
leads("N", hits.at(-1));
field.value = "no such word";
field.on.input();
assert.strictEqual(byId.found.textContent, "0 rows");
leads("n", here());
field.value = "";
field.on.input();
assert.strictEqual(byId.found.textContent, "");
assert(!press("x"));
assert(!press("toString"));
assert(!press("End", {ctrlKey: true}));
rows[2].on.click();
assert.strictEqual(here(), 2);
buttons.find((button) => button.value === "End").on.click();
assert.strictEqual(here(), last);
location.hash = "#" + rows[3].id;
window.on.hashchange();
assert.strictEqual(here(), 3);
leads("End", last);

/* The last state, in both ways. */
const references = {lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'"};
const plain = between('aria-live="polite">\n', "</div>").replace(/<\/(p|h3)>\n/g, "\n")
	.replace(/<[^>]*>/g, "").replace(/&([a-z#0-9]+);/g, (all, name) => references[name]);
const shown = byId.state.children.map((child) => child.textContent + "\n").join("");

assert(plain.length > 20);
assert.strictEqual(shown, plain);
