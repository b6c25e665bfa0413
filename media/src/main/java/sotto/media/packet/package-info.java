@NullMarked
package sotto.media.packet;

import org.jspecify.annotations.NullMarked;
