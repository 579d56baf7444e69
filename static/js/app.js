// The installable app: registers its service worker. Nothing depends on it.
const script = document.querySelector("script[data-worker]");
if (script && "serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register(script.dataset.worker).catch(() => {});
}
