/** Text inside an SVG file. */
export function svgText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** An element with what is inside it: other elements, or text that {@linkcode svgText} made. */
export function svgElement(name: string, attributes: Readonly<Record<string, string | number>>, inside = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${svgValue(value)}"`).join("");
  return inside === "" ? `<${name}${written} />\n` : `<${name}${written}>${inside}</${name}>\n`;
}

/** A line of text at a place; `className` styles it. */
export function svgLabel(x: number, y: number, className: string, text: string): string {
  return svgElement("text", { x, y, class: className }, svgText(text));
}

/** A straight line. */
export function svgLine(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return svgElement("line", { x1, y1, x2, y2, class: className });
}

/** Tenths of a pixel are enough, and keep the output of equal figures equal. */
function svgValue(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : svgText(value);
}
