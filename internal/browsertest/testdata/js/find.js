// Finds things on the page as a person does: by the words on them. Returns the number under which the thing was marked, or 0.
(kind, words) => {
	const seen = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: false });
	const clean = s => (s || '').replace(/\s+/g, ' ').trim();
	const wanted = clean(words);
	const best = (all, text) => {
		const near = all.filter(seen);
		return near.find(e => clean(text(e)) === wanted) || near.find(e => clean(text(e)).startsWith(wanted));
	};
	let found;
	switch (kind) {
		case 'press':
			found = best([...document.querySelectorAll('main a[href], main button, main summary, main input[type=submit]')], e => e.innerText || e.value || e.getAttribute('aria-label'))
				|| best([...document.querySelectorAll('a[href], button, summary, input[type=submit]')], e => e.innerText || e.value || e.getAttribute('aria-label'));
			break;
		case 'tick': found = best([...document.querySelectorAll('label')], e => e.innerText)?.control; break;
		case 'field': found = best([...document.querySelectorAll('label')], e => e.innerText)?.control; break;
	}
	if (!found) return 0;
	window.walkNumber = (window.walkNumber || 0) + 1;
	found.setAttribute('data-walk', window.walkNumber);
	if (kind === 'field' && found.select) { found.focus(); found.select(); }
	return window.walkNumber;
}
