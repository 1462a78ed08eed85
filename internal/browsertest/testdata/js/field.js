// Finds a field of a form as a person does: opens what it is folded away in, and goes there. Returns how to select it, or nothing.
(form, name, value) => {
	const wanted = value === undefined ? '' : '[value="' + CSS.escape(value) + '"]';
	const field = document.querySelector(form + ' [name="' + CSS.escape(name) + '"]' + wanted);
	if (!field) return '';
	for (let up = field.parentElement; up; up = up.parentElement) if (up.tagName === 'DETAILS' && !up.open) up.querySelector('summary').click();
	const seen = field.checkVisibility({ visibilityProperty: true }) ? field : field.closest('label') || [...(field.labels || [])][0];
	if (!seen || !seen.checkVisibility({ visibilityProperty: true })) return '';
	window.walkNumber = (window.walkNumber || 0) + 1;
	seen.setAttribute('data-walk', window.walkNumber);
	return '[data-walk="' + window.walkNumber + '"]';
}
