package sotto.media.srtp;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jitsi.utils.ByteArrayBuffer;

/** A packet's copy on the heap, as jitsi-srtp wants it. Belongs to one worker; one packet at a time. */
final class HeapPacket implements ByteArrayBuffer {
    private byte[] buffer = new byte[2048];
    private int offset;
    private int length;

    /** Copies a packet in from native memory. */
    void load(long address, int lengthBytes) {
        offset = 0;
        length = 0;
        grow(lengthBytes);
        length = lengthBytes;
        MemorySegment.copy(NativeMemory.MEMORY, NativeMemory.BYTE, address, buffer, 0, lengthBytes);
    }

    /** Copies it back. */
    void store(long address) {
        MemorySegment.copy(buffer, offset, NativeMemory.MEMORY, NativeMemory.BYTE, address, length);
    }

    @Override
    public byte[] getBuffer() {
        return buffer;
    }

    @Override
    public int getOffset() {
        return offset;
    }

    @Override
    public int getLength() {
        return length;
    }

    @Override
    public void setLength(int newLength) {
        length = newLength;
    }

    @Override
    public void setOffset(int newOffset) {
        offset = newOffset;
    }

    @Override
    public boolean isInvalid() {
        return false;
    }

    @Override
    public void readRegionToBuff(int from, int bytes, byte[] to) {
        System.arraycopy(buffer, offset + from, to, 0, bytes);
    }

    /** Makes room for {@code bytes} behind the packet; its length stays. */
    @Override
    public void grow(int bytes) {
        if (buffer.length - offset - length < bytes) {
            byte[] small = buffer;
            buffer = Arrays.copyOf(small, offset + length + bytes);
            Arrays.fill(small, (byte) 0);
        }
    }

    /** The last packet may have been a key press in the clear. */
    void wipe() {
        Arrays.fill(buffer, (byte) 0);
    }

    @Override
    public void append(byte[] from, int bytes) {
        grow(bytes);
        System.arraycopy(from, 0, buffer, offset + length, bytes);
        length += bytes;
    }

    @Override
    public void shrink(int bytes) {
        length -= Math.min(length, bytes);
    }
}
