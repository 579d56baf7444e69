"""What a page gets wrong on a screen: a part beyond its edge, cut off inside its own box, or over another part."""

FAULTS = """() => {
    const faults = [];
    const name = (element) => element.outerHTML.slice(0, 120);
    const apart = ".visually-hidden, .skip, .code, svg, dialog, .viewer"; // these lie over or beyond something by design
    const seen = (element) => element.checkVisibility() && !element.closest(apart);
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wider > 0) faults.push(`page ${wider} px wider than the screen`);
    for (const element of document.querySelectorAll("body *")) {
        if (!seen(element)) continue;
        const box = element.getBoundingClientRect();
        if (!box.width || !box.height || getComputedStyle(element).clipPath !== "none") continue;
        if (box.right > innerWidth + 1 || box.left < -1) faults.push(`over the edge: ${name(element)}`);
        const cuts = ["hidden", "clip", "auto", "scroll"].includes(getComputedStyle(element).overflowX);
        // A long name or address is read by moving in its field; a number, a date and a choice are not.
        if ((cuts || element.matches("input[inputmode], select")) && !element.matches("input:not([inputmode])"))
            if (element.scrollWidth > element.clientWidth + 1) faults.push(`cut off: ${name(element)}`);
    }
    const parts = [...document.querySelectorAll(
        "h1, h2, h3, .box, .field, .back, .actions, .why, .progress, .stages, .card, .lead, .summary dl > div",
    )].filter(seen);
    for (const [place, one] of parts.entries()) {
        for (const other of parts.slice(place + 1)) {
            if (one.contains(other) || other.contains(one)) continue;
            const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (across > 1 && down > 1) faults.push(`covered: ${name(one)} and ${name(other)}`);
        }
    }
    return faults;
}"""
