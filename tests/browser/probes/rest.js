// Until the page has drawn all that it was asked for.
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let calm = 0;
  while (calm < 3) {
    await frame();
    calm = document.querySelector("#graph[aria-busy=true]") ? 0 : calm + 1;
  }
}
