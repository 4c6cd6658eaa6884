// Shows documents as soon as they are committed, whoever added them.
const newest = document.getElementById('newest');
const events = new EventSource('/events');
events.addEventListener('document', (event) => {
  const href = '/documents/' + encodeURIComponent(event.lastEventId);
  if (newest.querySelector(`a[href="${href}"]`)) {
    return;
  }
  const link = document.createElement('a');
  link.href = href;
  link.textContent = event.data;
  const item = document.createElement('li');
  item.className = 'fresh';
  item.append(link);
  newest.prepend(item);
});
