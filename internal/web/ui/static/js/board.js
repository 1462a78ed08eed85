/* Boards: newer numbers take the place of older ones, a board on a wall turns to the next, a picture is saved as PNG, tiles are dragged. Without this a board
   is a page like any other, and tiles are moved by their buttons. */
(() => {
	'use strict';
	const region = document.getElementById('board');

	// ---- live: the server says that something was recorded; the tiles are asked for, silently, and not while somebody reads an answer or types
	const live = () => {
		if (!region?.dataset.live || !window.EventSource) return;
		let due = false, busy = false;
		const reading = () => region.querySelector('[popover]:popover-open') || region.contains(document.activeElement) && document.activeElement.matches('input,select,textarea');
		const swap = async () => {
			if (busy || document.hidden) { due = true; return; }
			if (reading()) { due = true; setTimeout(() => due && swap(), 2000); return; }
			busy = true; due = false;
			try {
				const answer = await fetch(region.dataset.tiles, { headers: { 'HX-Request': 'true' } });
				if (answer.redirected || answer.status === 401) { location.reload(); return; }
				if (answer.ok) {
					const focused = region.contains(document.activeElement) ? document.activeElement.id : '';
					region.innerHTML = await answer.text();
					if (focused) document.getElementById(focused)?.focus();
					dispatchEvent(new Event('xg:content')); dispatchEvent(new Event('resize'));
				}
			} catch { due = true; }
			busy = false;
			if (due) setTimeout(swap, 2000);
		};
		const source = new EventSource(region.dataset.live);
		let before = false;
		source.addEventListener('open', () => { if (before) swap(); before = true; });
		source.addEventListener('newer', swap);
		document.addEventListener('visibilitychange', () => { if (!document.hidden && due) swap(); });
		addEventListener('pagehide', () => source.close());
	};

	// ---- a wall: the next board after some seconds, the whole screen on demand
	const wall = () => {
		const next = region?.dataset.next;
		if (next) setTimeout(() => location.replace(next), Number(region.dataset.seconds || 30) * 1000);
		addEventListener('click', e => {
			if (!e.target.closest?.('[data-fullscreen]')) return;
			e.preventDefault();
			if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen?.();
		});
	};

	// ---- the picture as PNG, at twice its size
	const picture = () => addEventListener('click', async e => {
		const link = e.target.closest?.('a[data-picture]');
		if (!link) return;
		e.preventDefault();
		try {
			const answer = await fetch(link.href);
			const text = await answer.text();
			const image = new Image();
			image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(text);
			await image.decode();
			const canvas = document.createElement('canvas');
			canvas.width = image.naturalWidth * 2;
			canvas.height = image.naturalHeight * 2;
			canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
			const save = document.createElement('a');
			save.href = canvas.toDataURL('image/png');
			save.download = new URL(link.href).pathname.split('/').slice(-2)[0] + '.png';
			save.click();
		} catch { location.href = link.href; }
	});

	// ---- tiles are dragged to their place; the form does what the buttons do
	const drag = () => {
		const list = document.querySelector('[data-arrange]');
		if (!list) return;
		let from = -1;
		list.querySelectorAll(':scope>li').forEach((item, i) => {
			item.draggable = true;
			item.addEventListener('dragstart', e => { from = i; item.classList.add('dragged'); e.dataTransfer.effectAllowed = 'move'; });
			item.addEventListener('dragend', () => item.classList.remove('dragged'));
			item.addEventListener('dragover', e => { e.preventDefault(); item.classList.add('over'); });
			item.addEventListener('dragleave', () => item.classList.remove('over'));
			item.addEventListener('drop', e => {
				e.preventDefault();
				if (from < 0 || from === i) return;
				const form = document.getElementById(list.dataset.arrange);
				form.elements.tile.value = from;
				form.elements.move.value = i;
				form.requestSubmit();
			});
		});
	};
	live(); wall(); picture(); drag();
})();
