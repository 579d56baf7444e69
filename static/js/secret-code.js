// The phone's key: P-256, made here, not extractable, kept in this browser's own database. It signs what the server drew,
// and the form takes the public half and the signature along.
const DATABASE = "identite";
const STORE = "keys";

const form = document.getElementById("secret");

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function keep(name, key) {
  const opened = await database();
  await new Promise((resolve, reject) => {
    const transaction = opened.transaction(STORE, "readwrite");
    transaction.objectStore(STORE).put(key, name);
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
  });
  opened.close();
}

function base64url(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function prove() {
  const { device, challenge } = form.dataset;
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const text = new TextEncoder().encode(`identite-activation\n${device}\n${challenge}`);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, text);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  await keep(device, pair.privateKey);
  form.elements.public_key.value = JSON.stringify({ kty, crv, x, y });
  form.elements.signature.value = base64url(signature);
}

if (!window.isSecureContext || !crypto.subtle || !("indexedDB" in window)) {
  document.getElementById("no-key").hidden = false;
} else {
  form.addEventListener("submit", async (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    try {
      await prove();
      form.requestSubmit();
    } catch {
      document.getElementById("no-key").hidden = false;
    }
  });
}
