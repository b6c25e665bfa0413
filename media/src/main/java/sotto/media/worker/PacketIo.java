package sotto.media.worker;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;
import sotto.media.net.MediaPort;

/**
 * How a worker gets datagrams in and out: one engine a worker, used by its thread alone where a method does not
 * say any thread.
 *
 * <p>Datagrams lie in the engine's packet memory, in slots of {@link #SLOT_BYTES} with tail room behind.
 */
interface PacketIo extends AutoCloseable {
    /** Longest datagram; one that fills its slot may have been cut off, so it is refused. */
    int SLOT_BYTES = 2_048;

    /** Takes the datagrams of one port. */
    interface Receiver {
        /**
         * Looks at one datagram; its slot is used again after this call.
         *
         * @param offset first octet in the packet memory
         * @param lengthBytes octets that arrived, at most {@link #SLOT_BYTES}
         * @param source where it came from; null where the port hears its peer alone
         */
        void received(int offset, int lengthBytes, @Nullable InetSocketAddress source);

        /** The peer's port is closed, as a datagram that was sent earlier found out. */
        void refused();

        /** The port itself failed: a fault of ours. */
        void failed(Throwable cause);
    }

    /** Where received datagrams lie, and where those to be sent are put together. */
    MemorySegment memory();

    /** A place in {@link #memory()} of {@link #SLOT_BYTES} and tail room, for packets of our own. */
    int ownSlot();

    /** Makes a port of a bound socket and owns it from here on; any thread. It hears nothing before {@link #add}. */
    MediaPort port(DatagramChannel bound);

    /** Hands a port's datagrams to the receiver from the next {@link #poll} on, and no more to one that it had before. */
    void add(MediaPort port, Receiver receiver);

    /** Closes the sockets of a port. They are really closed after the next {@link #poll}. */
    void remove(MediaPort port);

    /** Wipes {@link #memory()}: it may hold the octets of a key press. Between packets, or where none is read any more. */
    void wipe();

    /**
     * Waits for datagrams and hands them out.
     *
     * @param mostMs longest wait, at least 1
     */
    void poll(long mostMs);

    /** Ends a wait; any thread. */
    void wakeup();

    /** Closes all, and wipes. */
    @Override
    void close();
}
