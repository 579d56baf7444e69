// The face video: camera on request, recording, digits from the server once it runs, play back, send. A sending that breaks off
// keeps the recording: it is sent again, and the server knows it again.

const root = document.querySelector("[data-recorder]");
const words = document.querySelector("[data-texts]")?.dataset;
const MIMES = [
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm",
  'video/mp4;codecs="avc1.42E01E,mp4a.40.2"',
  "video/mp4",
];
const SHEET_SECONDS = 2.8; // of holding the sheet up, before the gesture
const PRACTICE_SECONDS = 6;
const BITS_PER_SECOND = 2_500_000; // 12 s are below 4 MB

if (root) start();

function start() {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const live = part("live");
  const replay = part("replay");
  const prompt = part("prompt");
  const clock = part("clock");
  const status = part("status");
  const bar = part("progress");
  const csrf = document.querySelector("[data-csrf] [name=csrfmiddlewaretoken]").value;
  const buttons = { open: part("open"), record: part("record"), submit: part("submit"), again: part("again"), stop: part("stop") };
  const practice = root.hasAttribute("data-practice");
  const fileWay = document.querySelector("[data-file-way]");
  let stream = null;
  let recorder = null;
  let recording = null; // { blob, challenge }
  let timers = [];

  root.hidden = false;
  const only = (...names) => {
    for (const [name, button] of Object.entries(buttons)) button.hidden = !names.includes(name);
    buttons[names[0]]?.focus({ preventScroll: true });
  };
  const say = (text) => {
    status.textContent = text;
  };
  const show = (text, extra = "", kind = "") => {
    prompt.textContent = text;
    if (extra) {
      const big = document.createElement("span");
      big.className = kind;
      big.textContent = extra;
      prompt.append(big);
    }
  };
  const offer = (text) => {
    say(text);
    only();
    part("live").closest(".viewer").hidden = true;
    if (fileWay) fileWay.className = "button primary";
  };
  const later = (seconds, run) => timers.push(setTimeout(run, seconds * 1000));
  const quiet = () => {
    timers.forEach(clearTimeout);
    timers.forEach(clearInterval);
    timers = [];
    show("");
    clock.hidden = true;
    root.classList.remove("recording");
  };
  const close = () => {
    quiet();
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
  };

  if (!window.isSecureContext || !navigator.mediaDevices) return offer(words.insecure);
  if (!window.MediaRecorder) return offer(words.old);

  const open = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "user", width: { ideal: 1280, max: 1280 }, height: { ideal: 720, max: 1280 }, frameRate: { ideal: 25, max: 30 } },
        audio: { echoCancellation: true, noiseSuppression: false },
      });
    } catch {
      say(words.denied);
      if (fileWay) fileWay.className = "button";
      return;
    }
    live.srcObject = stream;
    await live.play();
    wait();
  };

  // The picture, what to do and the button, all in view.
  const wait = () => {
    say("");
    show(words.ready);
    only("record");
    root.scrollIntoView({ block: "start" });
  };

  const record = () => {
    recording = null;
    const chunks = [];
    const mimeType = MIMES.find((mime) => MediaRecorder.isTypeSupported(mime));
    recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND, audioBitsPerSecond: 64_000 });
    const mine = { recorder, challenge: null, begun: 0, kept: true };
    recorder.ondataavailable = (event) => event.data.size && chunks.push(event.data);
    recorder.onstart = () => {
      mine.begun = performance.now();
      root.classList.add("recording");
      show(words.look);
      tick(mine);
      if (practice) rehearse(mine);
      else ask(mine);
    };
    recorder.onstop = () => {
      quiet();
      if (!mine.kept || !mine.challenge) return only("record");
      recording = { blob: new Blob(chunks, { type: recorder.mimeType }), challenge: mine.challenge };
      close();
      if (practice) send();
      else play();
    };
    say("");
    show(words.ready);
    only("stop");
    root.scrollIntoView({ block: "start" });
    recorder.start();
  };

  const tick = (mine) => {
    clock.hidden = false;
    const write = () => {
      clock.textContent = `${Math.floor((performance.now() - mine.begun) / 1000)} s`;
    };
    write();
    timers.push(setInterval(write, 500));
  };

  const drop = (mine, text) => {
    mine.kept = false;
    say(text);
    if (mine.recorder.state !== "inactive") mine.recorder.stop();
  };

  const rehearse = (mine) => {
    mine.challenge = "practice";
    later(2, () => show(words.speak));
    later(PRACTICE_SECONDS, () => mine.recorder.state === "recording" && mine.recorder.stop());
  };

  const ask = async (mine) => {
    let plan;
    try {
      const answer = await fetch(root.dataset.start, { method: "POST", headers: { "X-CSRFToken": csrf, "X-Requested-With": "fetch" } });
      plan = await answer.json();
    } catch {
      return drop(mine, words.slow);
    }
    if (plan.redirect) return location.assign(plan.redirect);
    const passed = (performance.now() - mine.begun) / 1000;
    // A digit that comes later than the server believes would be answered too late.
    if (passed > plan.schedule[0] - 0.1) return drop(mine, words.slow);
    if (mine.recorder.state !== "recording") return;
    mine.challenge = plan.challenge;
    plan.digits.forEach((digit, place) => {
      // Written digits stay until all three are on the sheet; spoken ones come one at a time.
      const shown = plan.written ? plan.digits.slice(0, place + 1).join(" ") : digit;
      later(plan.schedule[place] - passed, () => show(words.say, shown, "digit"));
    });
    const then = plan.schedule[plan.digits.length];
    if (plan.written) later(then - SHEET_SECONDS - passed, () => show(words.show, plan.digits.join(" "), "digit"));
    later(then - passed, () => gesture(plan));
    later(plan.seconds - passed, () => mine.recorder.state === "recording" && mine.recorder.stop());
  };

  const gesture = (plan) => {
    // The preview is a mirror: one's own left is on the left.
    if (plan.gesture === "turn_left") return show(words.left, "←", "arrow");
    if (plan.gesture === "turn_right") return show(words.right, "→", "arrow");
    show(words.document);
  };

  const play = () => {
    live.closest(".viewer").hidden = true;
    replay.src = URL.createObjectURL(recording.blob);
    replay.hidden = false;
    say(words.replayed);
    only("submit", "again");
  };

  const again = async () => {
    URL.revokeObjectURL(replay.src);
    replay.removeAttribute("src");
    replay.hidden = true;
    bar.hidden = true;
    live.closest(".viewer").hidden = false;
    recording = null;
    only();
    await open();
  };

  const send = () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", csrf);
    body.append("action", "send");
    body.append("challenge", recording.challenge);
    body.append("file", recording.blob, "video");
    const request = new XMLHttpRequest();
    request.open("POST", root.dataset.send);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.timeout = 180_000;
    request.upload.onprogress = (event) => {
      bar.value = (100 * event.loaded) / event.total;
    };
    const broken = () => {
      bar.hidden = true;
      say(words.broken);
      only("submit", "again");
    };
    request.onerror = request.ontimeout = request.onabort = broken;
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        return broken();
      }
      if (answer.redirect) return location.assign(answer.redirect);
      if (!answer.error) return broken();
      bar.hidden = true;
      say(answer.error);
      only("again");
    };
    bar.hidden = false;
    bar.value = 0;
    say(words.sending);
    only();
    request.send(body);
  };

  buttons.open.addEventListener("click", open);
  buttons.record.addEventListener("click", record);
  buttons.submit.addEventListener("click", send);
  buttons.again.addEventListener("click", again);
  buttons.stop.addEventListener("click", () => {
    recorder.onstop = null;
    recorder.stop();
    quiet();
    wait();
  });
  addEventListener("pagehide", close);
}
