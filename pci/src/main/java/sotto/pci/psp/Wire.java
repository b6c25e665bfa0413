package sotto.pci.psp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Octets to and from a connected peer, in clear or under TLS. One thread. Whoever made the channel closes it. */
interface Wire {
    /** Room that {@link #receive} needs: more than one TLS record. */
    int RECEIVE_BYTES = 1 << 16;

    /**
     * Sends all that remains.
     *
     * @param source direct, so that the JDK makes no heap copy of it to reach the socket
     */
    void send(ByteBuffer source) throws IOException;

    /**
     * Waits for octets.
     *
     * @param target empty, with room for {@link #RECEIVE_BYTES}
     * @return how many, or -1 where the peer has ended
     */
    int receive(ByteBuffer target) throws IOException;

    /** No TLS: to this machine only. */
    record Clear(SocketChannel channel) implements Wire {
        @Override
        public void send(ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }

        @Override
        public int receive(ByteBuffer target) throws IOException {
            return channel.read(target);
        }
    }
}
