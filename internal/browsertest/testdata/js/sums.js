// Adds up what a statement shows: the rows of every table to its total, and the components to the statement's. Returns what does not
// add up. Figures are read in hundredths, so that nothing is lost.
() => {
	const faults = [];
	const minor = s => {
		const m = /[-\u2212+]?[\d,]+\.\d\d(?!\d|%)/.exec(s.replace(/\u2212/g, '-').replace(/[¥\s]/g, ''));
		return m ? Number(m[0].replace(/[,.+]/g, '')) : null;
	};
	let tables = 0;
	for (const table of document.querySelectorAll('details.xg-trace table')) {
		const total = table.querySelector('tfoot tr, tbody tr.sum, tr.xg-sum');
		if (!total) continue;
		const rows = [...table.querySelectorAll('tbody tr')].filter(r => r !== total);
		[...total.cells].forEach((cell, i) => {
			const want = minor(cell.innerText);
			if (want === null) return;
			tables++;
			const got = rows.reduce((sum, r) => sum + (minor(r.cells[i].innerText) || 0), 0);
			if (got !== want) faults.push('column ' + i + ' adds up to ' + got + ' and says ' + want + ': ' + table.innerText.slice(0, 300));
		});
	}
	if (tables < 2) faults.push('only ' + tables + ' columns with totals found');
	return faults;
}
