// SPDX-License-Identifier: Apache-2.0
// What the cases' scripts are written in. `url` is what a case asks for.
"use strict";

/** The value a case comes to, for Python: {value} or {error}. */
async function run(script, address) {
    window.url = address;
    try {
        return { value: await show(await script()) };
    } catch (error) {
        return { error: String(error) };
    }
}

/** A response as "status text", its body read through; the server's own pages by their status alone. */
async function show(value) {
    if (!(value instanceof Response)) {
        return value;
    }
    if (value.type === "opaque" || value.type === "opaqueredirect") {
        return value.type;
    }
    const text = (await value.text()).trim();
    const html = (value.headers.get("Content-Type") ?? "").startsWith("text/html");
    return html || !text ? String(value.status) : `${value.status} ${text}`;
}

/** GET with these request headers. */
function get(headers, options = {}) {
    return fetch(url, { ...options, headers });
}

/** Send JSON. */
function json(method, value, { to = url, headers = {}, ...options } = {}) {
    const all = { "Content-Type": "application/json", ...headers };
    return fetch(to, { method, body: JSON.stringify(value), headers: all, ...options });
}

/** These headers of the response, null where it shows none. */
async function read(names, request = fetch(url)) {
    const response = await request;
    return names.map(name => response.headers.get(name));
}

/** As libraries did it before fetch. prepare(request) may change it before it is sent. */
function xhr(method, body, prepare = () => {}) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.onload = () => resolve(`${request.status} ${request.responseText.trim()}`);
        request.onerror = () => reject(new Error("the request failed"));
        prepare(request);
        request.send(body);
    });
}

/** How far the upload came, by the request's own account; to be asked is what makes it need a preflight. */
async function upload(body) {
    let sent = 0;
    const answer = await xhr("POST", body, request => {
        request.upload.onprogress = event => { sent = event.loaded; };
    });
    return `${answer.split(" ")[0]}, ${sent} bytes sent`;
}

/** An element that loads something: its event "load", or an error. */
function element(tag, attributes) {
    return new Promise((resolve, reject) => {
        const one = document.createElement(tag);
        one.onload = () => resolve(one);
        one.onerror = () => reject(new Error(`<${tag}> did not load`));
        for (const [name, value] of Object.entries(attributes)) {
            one.setAttribute(name, value);
        }
        document.head.append(one);
    });
}

/** "loaded", once such an element is. */
async function load(tag, attributes) {
    await element(tag, attributes);
    return "loaded";
}

/** The first pixel of an image, drawn on a canvas. */
async function pixel(attributes = {}) {
    const image = await element("img", { src: url, ...attributes });
    return readBack(image);
}

function readBack(image) {
    const context = document.createElement("canvas").getContext("2d");
    context.drawImage(image, 0, 0);
    try {
        return context.getImageData(0, 0, 1, 1).data.slice(0, 3).join(" ");
    } catch (error) {
        return error.name === "SecurityError" ? "tainted" : String(error);
    }
}

/** What the window hears of an error in a script of another origin. */
function complaint(attributes = {}) {
    return new Promise((resolve, reject) => {
        window.addEventListener("error", event => resolve(event.message), { once: true });
        element("script", { src: url, ...attributes }).catch(reject);
    });
}

/** The text of a style sheet's first rule. */
async function rule(attributes = {}) {
    const sheet = (await element("link", { rel: "stylesheet", href: url, ...attributes })).sheet;
    try {
        return sheet.cssRules[0].cssText;
    } catch (error) {
        return error.name === "SecurityError" ? "unreadable" : String(error);
    }
}

/** A font as style sheets name it. */
async function webFont() {
    const style = document.createElement("style");
    style.textContent = `@font-face { font-family: square; src: url(${url}); }`;
    document.head.append(style);
    const [font] = await document.fonts.load("1em square", "A");
    return font.status;
}

/** The first server-sent event. */
function firstEvent(options) {
    return new Promise((resolve, reject) => {
        const source = new EventSource(url, options);
        source.onmessage = event => { source.close(); resolve(event.data); };
        source.onerror = () => { source.close(); reject(new Error("the stream failed")); };
    });
}

/** What a script comes to elsewhere: code that posts {value} or {error}, with `url` and `show` at hand. */
function elsewhere(script) {
    return `const url = ${JSON.stringify(url)}; ${show}
        (async () => show(await (${script})))()
            .then(value => ({ value }), error => ({ error: String(error) }))`;
}

function message(target, stop) {
    return new Promise((resolve, reject) => {
        target.addEventListener("error", () => reject(new Error("it did not start")), { once: true });
        target.addEventListener("message", ({ data }) => {
            stop();
            "error" in data ? reject(new Error(data.error)) : resolve(data.value);
        }, { once: true });
    });
}

/** In a worker. */
function inWorker(script) {
    const code = new Blob([`${elsewhere(script)}.then(found => postMessage(found))`], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(code));
    return message(worker, () => worker.terminate());
}

/** In a frame: attributes({a page}) names its attributes. */
function inFrame(script, attributes) {
    const page = `<!doctype html><script>${elsewhere(script)}.then(found => parent.postMessage(found, "*"))<\/script>`;
    const frame = document.createElement("iframe");
    for (const [name, value] of Object.entries(attributes(page))) {
        frame.setAttribute(name, value);
    }
    const found = message(window, () => frame.remove());
    document.body.append(frame);
    return found;
}

const sandboxed = page => ({ sandbox: "allow-scripts", srcdoc: page });
const sandboxedSameOrigin = page => ({ sandbox: "allow-scripts allow-same-origin", srcdoc: page });
const dataUrl = page => ({ src: `data:text/html,${encodeURIComponent(page)}` });

/** What a WebSocket says back to "hello", or that it was refused. */
function talk() {
    return new Promise(resolve => {
        const socket = new WebSocket(url.replace(/^http/, "ws"));
        socket.onopen = () => socket.send("hello");
        socket.onmessage = event => { socket.close(); resolve(event.data); };
        socket.onerror = () => resolve("refused");
    });
}

/** What the browser wrote down of fetching `url`, which it does a little later. */
function timing() {
    return new Promise(resolve => {
        new PerformanceObserver((list, observer) => {
            for (const entry of list.getEntriesByName(url)) {
                observer.disconnect();
                resolve(entry);
            }
        }).observe({ type: "resource", buffered: true });
    });
}

/** Whether that includes when the server was asked and when it answered. */
async function times() {
    const { requestStart, responseStart } = await timing();
    return requestStart > 0 && responseStart > 0 ? "told when" : "not told when";
}
