@NullMarked
package sotto.media.rtp;

import org.jspecify.annotations.NullMarked;
