"""What a Gradio page asks for while its stream is ending is heard all the same.

Gradio's server ends a page's stream with the last event that it knows of, and the page closes it
when it is told so. What the page asked for in between is done, and would never be heard of until
something else is asked: the page sees an open stream when its asking is answered, and opens none.
So that answer is held back until the stream has brought something of the event, or is over.
"""

from __future__ import annotations

# Before Gradio's bundle makes its first request. After a second it is as without this.
STREAM_SCRIPT = """<script>(() => {
  const plain = window.fetch, streams = new Set();
  const watched = (answer) => {
    const stream = {said: '', waits: new Map()}, reader = new TextDecoder();
    streams.add(stream);
    const over = () => {
      streams.delete(stream);
      for (const go of stream.waits.values()) go();
    };
    const look = new TransformStream({
      transform(bytes, further) {
        further.enqueue(bytes);
        stream.said = (stream.said + reader.decode(bytes, {stream: true})).slice(-20000);
        for (const [event, go] of stream.waits) if (stream.said.includes(event)) go();
      },
    });
    // Whether it ends, is cut, or nobody reads on.
    answer.body.pipeTo(look.writable).then(over, over);
    return new Response(look.readable, answer);
  };
  const heard = (event) => Promise.race([
    new Promise((go) => setTimeout(go, 1000)),
    ...[...streams].map((stream) => new Promise((go) => {
      if (stream.said.includes(event)) go();
      else stream.waits.set(event, () => { stream.waits.delete(event); go(); });
    })),
  ]);
  window.fetch = async (what, options = {}) => {
    const answer = await plain(what, options);
    const path = new URL(what instanceof Request ? what.url : what, location.href).pathname;
    if (answer.ok && path.endsWith('/queue/data')) return watched(answer);
    if (answer.ok && path.endsWith('/queue/join') && streams.size)
      await heard((await answer.clone().json()).event_id);
    return answer;
  };
})()</script>"""
