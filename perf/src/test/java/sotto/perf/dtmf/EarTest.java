package sotto.perf.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sotto.proxy.demo.G711;

final class EarTest {
    private static final int CLOCK = 0x7FFF_0000; // wraps on the way

    private static final int TYPE = G711.PCMA.payloadType();

    private final Script script = Script.of(3, G711.PCMA, List.of(Condition.ALL.getFirst()));
    private final Ear ear = new Ear(script);

    private void hear(int from, int to) {
        for (int packet = from; packet < to; packet++) {
            ear.spoken(packet, 1_000L * packet);
            ear.heard(TYPE, CLOCK + packet * Script.PACKET, script.packet(packet), 1_000L * packet + 40);
        }
    }

    @Test
    void laysWhatCameBesideTheScriptThoughTheFirstPacketsWereLost() {
        hear(3, script.packets());
        assertThat(ear.packets()).isEqualTo(script.packets() - 3);
        assertThat(ear.foreign()).isZero();
        assertThat(Arrays.copyOfRange(ear.samples(), 3 * Script.PACKET, ear.samples().length))
                .isEqualTo(Arrays.copyOfRange(script.decoded(), 3 * Script.PACKET, ear.samples().length));
        assertThat(ear.delaysBefore().ms(1)).isEqualTo(40 / 1e6);
    }

    @Test
    void tellsWhatIsNotOfTheScript() {
        ear.heard(TYPE, 5, new byte[Script.PACKET], 0); // before the line is known
        hear(0, 10);
        ear.heard(TYPE, CLOCK + 3, script.packet(4), 0);
        assertThat(ear.foreign()).isEqualTo(2);
        assertThat(ear.packets()).isEqualTo(10);
    }

    @Test
    void countsWhatIsChangedSinceTheMaskIsOnAndNotWhatIsLost() {
        ear.armed(20);
        hear(0, 30);
        byte[] changed = script.packet(30);
        changed[7] ^= 0x40;
        changed[8] ^= 0x40;
        ear.heard(TYPE, CLOCK + 30 * Script.PACKET, changed, 0);
        hear(35, script.packets());
        assertThat(ear.changed()).isEqualTo(new Ear.Changed(2, (script.packets() - 20) * Script.PACKET, 2));
    }

    @Test
    void whatIsNoAudioIsTold() {
        hear(0, 10);
        ear.heard(101, CLOCK + 10 * Script.PACKET, new byte[4], 0);
        ear.heard(TYPE, CLOCK + 10 * Script.PACKET, new byte[4], 0);
        ear.heard(97, CLOCK + 10 * Script.PACKET, script.packet(10), 0);
        assertThat(ear.others()).isEqualTo(3);
        assertThat(ear.packets()).isEqualTo(10);
        assertThat(ear.foreign()).isZero();
    }

    @Test
    void whatChangedAddsUpButForTheLongest() {
        Ear.Changed both = new Ear.Changed(8, 4000, 8).and(new Ear.Changed(12, 4000, 4));
        assertThat(both).isEqualTo(new Ear.Changed(20, 8000, 8));
        assertThat(both.percent()).isEqualTo(0.25);
        assertThat(both.longestMs()).isEqualTo(1);
        assertThat(both.hours()).isEqualTo(1 / 3600.0);
    }
}
