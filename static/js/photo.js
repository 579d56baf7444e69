// One side of the document: a photo is sent as soon as it is chosen or taken; a computer's camera opens in the page.

const form = document.querySelector("[data-photo]");
if (form) {
  const input = form.querySelector("input[type=file]");
  const status = form.querySelector("[data-photo-status]");
  const camera = form.querySelector("[data-camera]");
  const view = camera.querySelector("video");
  const take = form.querySelector("[data-take]");
  const choose = form.querySelector("[data-choose]");
  const buttons = form.querySelector("[data-buttons]");
  const touch = matchMedia("(pointer: coarse)").matches;
  let stream = null;

  const say = (text) => {
    status.textContent = text;
  };

  const send = () => {
    const file = input.files[0];
    if (!file) return;
    if (file.size > Number(form.dataset.max)) {
      say(form.dataset.tooLarge);
      input.value = "";
      return;
    }
    say(status.dataset.sending);
    form.requestSubmit();
  };

  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    camera.hidden = true;
    buttons.hidden = false;
  };

  const open = async () => {
    if (touch) {
      // The phone's own camera takes better pictures than any page.
      input.setAttribute("capture", "environment");
      return input.click();
    }
    if (!window.isSecureContext || !navigator.mediaDevices) return say(status.dataset.insecure);
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1440 } },
      });
    } catch {
      return say(status.dataset.denied);
    }
    say("");
    view.srcObject = stream;
    await view.play();
    camera.hidden = false;
    buttons.hidden = true;
    camera.querySelector("[data-shoot]").focus();
  };

  const shoot = () => {
    const canvas = document.createElement("canvas");
    canvas.width = view.videoWidth;
    canvas.height = view.videoHeight;
    canvas.getContext("2d").drawImage(view, 0, 0);
    canvas.toBlob(
      (blob) => {
        close();
        const list = new DataTransfer();
        list.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
        input.files = list.files;
        send();
      },
      "image/jpeg",
      0.95,
    );
  };

  // The field itself stays reachable by its label's buttons only: two ways to the same thing are one too many.
  input.closest(".field").querySelector("label").hidden = true;
  input.hidden = true;
  form.querySelector("[data-send]").hidden = true;
  take.hidden = choose.hidden = false;
  // What leads to the field, such as its error, leads to the button that stands for it now.
  choose.id = `${input.id}-choose`;
  for (const link of document.querySelectorAll(`a[href="#${input.id}"]`)) link.hash = choose.id;
  take.addEventListener("click", open);
  choose.addEventListener("click", () => {
    input.removeAttribute("capture");
    input.click();
  });
  input.addEventListener("change", send);
  camera.querySelector("[data-shoot]").addEventListener("click", shoot);
  camera.querySelector("[data-camera-close]").addEventListener("click", close);
  addEventListener("pagehide", close);
}
