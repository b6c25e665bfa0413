package sotto.proxy.demo;

import java.util.Optional;

/** The two laws of ITU-T G.711, by their formulas; a second opinion beside the program's own tables. */
public enum G711 {
    PCMU(0),
    PCMA(8);

    private static final int BIAS = 132; // µ-law, G.711 table 2
    private static final int MOST = 32635;

    private final int payloadType;

    G711(int payloadType) {
        this.payloadType = payloadType;
    }

    /** Static payload type (RFC 3551 §6). */
    public int payloadType() {
        return payloadType;
    }

    /** By a format of an m= line. */
    static Optional<G711> of(String payloadType) {
        return switch (payloadType) {
            case "0" -> Optional.of(PCMU);
            case "8" -> Optional.of(PCMA);
            default -> Optional.empty();
        };
    }

    /** One sample, 16 bits linear, to its octet. */
    public byte encode(int sample) {
        return (byte) (this == PCMU ? encodeMu(sample) : encodeA(sample));
    }

    /** One octet to its sample, 16 bits linear. */
    public short decode(byte octet) {
        return (short) (this == PCMU ? decodeMu(~octet & 0xFF) : decodeA((octet ^ 0x55) & 0xFF));
    }

    private static int encodeMu(int sample) {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.min(Math.abs(sample), MOST) + BIAS;
        int segment = 24 - Integer.numberOfLeadingZeros(magnitude); // 132 is in segment 0, 32767 in 7
        return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F));
    }

    private static int decodeMu(int code) {
        int magnitude = ((((code & 0x0F) << 3) + BIAS) << ((code >> 4) & 7)) - BIAS;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }

    private static int encodeA(int sample) {
        int sign = sample < 0 ? 0 : 0x80;
        int magnitude = Math.min(sample < 0 ? ~sample : sample, 32767) >> 3;
        int segment = Math.max(0, 27 - Integer.numberOfLeadingZeros(magnitude));
        int mantissa = magnitude >> (segment < 2 ? 1 : segment);
        return (sign | (segment << 4) | (mantissa & 0x0F)) ^ 0x55;
    }

    private static int decodeA(int code) {
        int segment = (code >> 4) & 7;
        int magnitude = ((code & 0x0F) << 4) + 8;
        if (segment > 0) {
            magnitude = (magnitude + 0x100) << (segment - 1);
        }
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }
}
