"""A stretch of network on this machine: a TCP relay with a round-trip time, which counts the round trips."""
import asyncio
import threading

ADDRESS = "127.0.0.1"


async def read(reader):
    """b"" at the end, whichever way it came."""
    try:
        return await reader.read(65536)
    except ConnectionError:
        return b""


class Relay:
    """Between clients and the server at PORT; .port is for the clients. It stands at their side of the wire: what they
    send comes to the server RTT seconds later, what the server sends comes to them at once. A connection takes another
    RTT before anything moves, as a handshake of TCP does. What comes on a connection that was idle for MEMORY seconds is
    swallowed, from then on and without a word, as firewalls do that have forgotten it."""

    def __init__(self, port, rtt, memory=float("inf")):
        self.server_port = port
        self.rtt = rtt
        self.memory = memory
        self.used = {}      # connection: when
        self.record = []    # (connection, "connect" | "sent" | "received"), as the clients see it
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.tasks = set()

    def __enter__(self):
        self.thread.start()
        self.listener = self.wait(asyncio.start_server(self.accept, ADDRESS, 0))
        self.port = self.listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *error):
        self.wait(self.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    async def close(self):
        self.listener.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def accept(self, from_client, to_client):
        task = asyncio.current_task()
        self.tasks.add(task)
        number = len(self.record)
        self.record.append((number, "connect"))
        self.used[number] = self.loop.time()
        from_server, to_server = await asyncio.open_connection(ADDRESS, self.server_port)
        back = asyncio.create_task(self.carry_back(number, from_server, to_client))
        try:
            await self.carry(number, from_client, to_server)
        finally:
            # The client has gone: it sees no more of what comes.
            back.cancel()
            to_server.close()
            to_client.close()
            self.tasks.discard(task)

    async def carry(self, number, reader, writer):
        connected = self.loop.time() + self.rtt
        pending = []
        while data := await read(reader):
            self.record.append((number, "sent"))
            if self.has_forgotten(number):
                continue
            due = max(self.loop.time(), connected) + self.rtt
            pending.append(self.loop.call_at(due, writer.write, data))
        for timer in pending:
            timer.cancel()

    async def carry_back(self, number, reader, writer):
        while data := await read(reader):
            if self.has_forgotten(number):
                continue
            self.record.append((number, "received"))
            writer.write(data)
        writer.close()

    def has_forgotten(self, number):
        now = self.loop.time()
        if now - self.used[number] >= self.memory:
            return True
        self.used[number] = now
        return False

    def round_trips(self, start=0):
        """How many the clients have waited for since record[start]: each connection that was made, and each time that
        something came after something was sent. What is sent without an answer, such as a farewell, does not count."""
        trips, waiting = 0, set()
        for number, event in self.record[start:]:
            if event == "connect":
                trips += 1
            elif event == "sent":
                waiting.add(number)
            elif number in waiting:
                trips += 1
                waiting.remove(number)
        return trips
