/* A follow-up asks the browser for the place only when somebody ticks that it may be kept, and keeps it to hundredths of a degree. */
addEventListener('change', e => {
	const box = e.target;
	if (!box.matches?.('input[type=checkbox][name=place]') || !box.form) return;
	const { north, east } = box.form.elements;
	north.value = east.value = '';
	if (!box.checked) return;
	const refuse = () => { box.checked = false; box.setAttribute('aria-invalid', 'true'); };
	if (!navigator.geolocation) { refuse(); return; }
	box.removeAttribute('aria-invalid');
	navigator.geolocation.getCurrentPosition(found => {
		north.value = Math.round(found.coords.latitude * 100);
		east.value = Math.round(found.coords.longitude * 100);
	}, refuse, { maximumAge: 300000, timeout: 10000 });
});
