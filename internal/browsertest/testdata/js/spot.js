// Brings a thing to the middle of the window and says where a finger or a mouse reaches it; what lies over it is named.
selector => {
	const thing = document.querySelector(selector);
	thing.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
	const box = [...thing.getClientRects()].find(r => r.width > 0 && r.height > 0) || thing.getBoundingClientRect();
	const x = box.left + box.width / 2, y = box.top + box.height / 2, over = document.elementFromPoint(x, y);
	const reached = over && (over === thing || thing.contains(over) || over.contains(thing) || over.closest('label')?.control === thing);
	return { x, y, covered: reached ? '' : (over ? over.outerHTML.replace(/\s+/g, ' ').slice(0, 160) : 'nothing: it lies outside the window') };
}
